"""The vectors of crypto/vectors/, run in Python, Node and four browsers, which must all agree."""
