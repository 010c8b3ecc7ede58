"""What an operator of a course does: backup, restore, forgetting, handing out.

backup       one file that holds a course, and a course made from it again
traces       where a person is found in a course; forget: how a person is removed from there
handing_out  releases, to everybody who may have them
command      the commands of the command line
"""
