"""What is asked of the web, and only when somebody wants it: works to cite, and whether links lead somewhere."""
