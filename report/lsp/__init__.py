"""The language server: what an editor asks of a report while it is written, over the protocol that editors share."""
