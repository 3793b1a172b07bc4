"""The simulator vqlab in Python.

    import vqlab
    result = vqlab.run("multiqueue_2012", targets=[1, 4, 16], seeds=[1])
    result.points                 # a table of pandas: a row for each point and seed
    result.figures["bandwidth"]   # shown by a notebook

Every function calls the program `vqlab` and reads the files that it writes; nothing is computed here. The program is
what the environment's VQLAB names, else the first `vqlab` in PATH.
"""

from vqlab.errors import Failed, Fault, InputError, Interrupted, VqlabError
from vqlab.questions import check, compare, explain, overlay, predict, run
from vqlab.result import Comparison, Explanation, Figure, Overlay, Result

__all__ = ["Comparison", "Explanation", "Failed", "Fault", "Figure", "InputError", "Interrupted", "Overlay", "Result",
           "VqlabError", "check", "compare", "explain", "overlay", "predict", "run"]
