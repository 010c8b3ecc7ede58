"""The data set: found on this machine, fetched, and verified byte by byte.

data_set   where it is, or from where it is fetched
raw_files  its four files, and their checksums
downloads  the sources
"""
