"""The review page: a local web page on which a person answers the questions of the review queue."""
