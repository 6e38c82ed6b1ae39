"""The reporter's site: one static document, made from templates and content by :mod:`portal.site.publish`."""
