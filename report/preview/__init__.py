"""The preview: the pages of the report, and its page for screens, in a browser on this machine, as one writes."""
