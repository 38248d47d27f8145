"""What others published, brought into the book: tables of models, chapters of Jupyter Books."""
