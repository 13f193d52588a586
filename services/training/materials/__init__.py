"""Materials 课件: the documents and videos of a version, shown to those who may see the version."""
