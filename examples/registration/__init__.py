"""The stand-in of the registration system (考试报名系统), which is somebody else's.

It holds registrations, launches candidates into Shencai by a signed one-time token, sends its
registrations over, and shows the final results that Shencai pushes. For demonstration and tests.
"""
