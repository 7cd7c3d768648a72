"""The city: people, firms, graduates, institutions, law, one month's story, and what is measured.

Importing the package only names the folder for compiled kernels, which must happen before numba is imported.
"""

from model.kernel_cache import keep_kernels_by_fingerprint

keep_kernels_by_fingerprint()
