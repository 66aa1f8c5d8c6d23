"""The demo calls as stories in time: how each came to the state it is in today."""
