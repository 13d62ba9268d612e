"""The contracts of all messages, by subject; `libs.common.messages` lists them."""
