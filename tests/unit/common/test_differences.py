"""In what two documents differ."""

from libs.common.differences import Difference, differences


def test_equal_documents_have_no_difference() -> None:
    assert list(differences({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}]})) == []


def test_a_difference_is_told_by_its_place_and_entries_by_their_code() -> None:
    before = {"name": "x", "sites": [{"code": "a", "phone": "1"}, {"code": "b", "phone": "2"}]}
    after = {"name": "y", "sites": [{"code": "b", "phone": "2"}, {"code": "a", "phone": "3"}]}

    assert list(differences(before, after)) == [
        Difference(place="name", before="x", after="y"),
        Difference(place="sites.a.phone", before="1", after="3"),
    ]


def test_what_came_and_what_is_gone_is_told_with_none() -> None:
    assert list(differences({"old": 1}, {"new": [2]})) == [
        Difference(place="new", before=None, after=[2]),
        Difference(place="old", before=1, after=None),
    ]


def test_a_list_without_names_differs_as_a_whole() -> None:
    assert list(differences([1, 2], [2, 1], place="x")) == [
        Difference(place="x", before=[1, 2], after=[2, 1])
    ]
    twice = [{"code": "a"}, {"code": "a"}]
    assert len(list(differences(twice, [], place="x"))) == 1
