"""The codename's word list, 7,759 words in ascending order (PROTOCOL section 4, words.LICENSE).

>>> len(WORDS), WORDS[0], WORDS[-1]
(7759, 'abacus', 'zoom')
"""

from importlib.resources import files

from crypto.codename import load_words

WORDS = load_words(files("crypto").joinpath("words.txt").read_text("ascii"))
