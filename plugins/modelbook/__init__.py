"""Build a bilingual book about AI models from YAML records, a BibTeX file and Markdown.

The modules follow the data, in this order; each imports only from those before it:

    errors, sources, schema       what is wrong and where; text as values; their types
    scales                        where things go in a picture
    blocks                        the blocks of Markdown, and the fingerprints of their words
    languages, records, words     words and numbers; the kinds of record; what their values are called
    catalogue                     all records together
    families, selection           what models go back to; which of them a comparison has
    coverage                      what the records say and do not say
    bibliography, citations       the entries of references.bib; how they are cited and numbered
    locators                      places within cited works
    terms                         how terms are found in prose, and linked
    crossrefs, formulas, images   references to figures, tables, sections; mathematics; sizes of pictures
    markdown_blocks               marks at the blocks of a page
    markdown_figures              figures, tables and equations in Markdown
    markdown_extension            the book's Markdown
    book, pages                   everything read and checked; the pages it has
    anchors                       where those of what the book succeeds lead
    translations                  which blocks and texts are in step with their originals
    references                    how citation styles show entries, and where those are cited
    repository, history           links to the book's files; when they were changed, what they said before
    comments                      those of readers, kept by a third party
    views, templating, rendering  what is shown; templates; how it looks
    drafts, exports               pages being read; what can be downloaded
    comparefiles, checking        the files beside the table of all models; what is wrong in pages that are read
    search, assets                the search index of each language; what pages load

Beside them, for those who write a book:

    authoring                     the layout of its sources, records to fill in, what editors are told of them
    importing                     tables of models and chapters of Jupyter Books, brought into it
    web                           works to cite, asked for; links, whether they still lead somewhere
    reports                       its numbers, its changes, what a computer lacks for it
    serving                       the book while it is written: what changed, what is wrong, shown at once

And the two ways in:

    mkdocs_plugin, cli            MkDocs, and the `modelbook` command
"""
