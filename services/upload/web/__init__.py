"""The candidate's pages: request → form → operation → page."""
