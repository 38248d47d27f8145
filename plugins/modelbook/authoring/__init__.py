"""Writing the sources of a book: their layout, records to fill in, values put in, what editors are told."""
