"""How a case is shown: foreign text made harmless, views for templates, HTML, JSON, and fitting into a limit."""
