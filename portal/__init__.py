"""The public venture portal, one package per stage of the procurement lifecycle.

core            knows no procurement: transactions, policies, workflow, audit, outbox, documents
accounts        users, sign-in, sessions
parties         units of government, social organisations, roles, track record
procedures      rule files with their sources, the working-day calendar
notices         official notices with frozen text
needs           residents' needs: collected, merged, answered; ideas, resources, small tasks
budgets         funds, programmes, the append-only ledger
tenders         calls for projects: lots, criteria, periods, sealing keys
bids            proposals: draft, sealed submission, opening
qualification   eligibility of opened proposals
screening       what opened proposals have in common, as evidence
panels          expert pool, draw, recusal, seats
scoring         score sheets, closing a panel, ranking
awards          award decisions and their public notice
challenges      objections to a notice
contracts       contracts, signatures, PDF
implementation  milestones, reports, acceptance, reminders
payments        instalments, approval, payment, spending
evaluation      third-party and resident evaluation, stars, closing
home            each role's own work, the public front page
verify          offline checks that need neither database nor network
"""
