"""What the services say to each other: versioned facts in the past tense, one file per owner."""

from shared.messages.base import MessageType, UnknownMessageError, decode, encode, message, type_of

__all__ = ["MessageType", "UnknownMessageError", "decode", "encode", "message", "type_of"]
