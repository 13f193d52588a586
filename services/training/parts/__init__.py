"""Parts 单元: what a course version is made of, each of which a learner has to meet."""
