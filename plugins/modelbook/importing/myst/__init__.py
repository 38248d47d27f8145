"""Chapters of Jupyter Books, written in MyST Markdown, as pages of this book.

In this order: `vocabulary` names directives and roles, `syntax` reads MyST, `targets` says what can be referred to
and how it was and is called, `raw_html` reads HTML, `edits` replaces, `inlines`, `directives` and `chapter` convert,
`importing` finds what a chapter needs around it and what its import writes.
"""
