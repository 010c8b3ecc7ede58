"""What a notebook's cells say of themselves.

marks   the metadata by which cells are known
cells   which names a cell makes and needs, read from its text
repair  a submission's cells, put back to what the release gave
"""
