"""Pages of accounts: sign in, sign out, own account, second factor."""

from portal.accounts.views import second_factor, signing_in
from portal.accounts.views.blueprint import bp

__all__ = ["bp", "second_factor", "signing_in"]
