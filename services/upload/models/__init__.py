"""Tables of the upload service, with CHECKs that pin the states."""
