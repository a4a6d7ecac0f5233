"""Mailboxes, read by IMAP: messages, or the files that they carry."""
