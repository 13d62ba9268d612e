"""Tables of the review service, with CHECKs that pin every state that the domain knows."""
