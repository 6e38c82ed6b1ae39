"""A vault that never touches a network: a courier fetches and posts elsewhere, bundles go to and fro on a stick.

    portal <--- courier (has the courier key only) ---> stick <--- vault (has no network)

pass       what the courier's machine is given once: `passes`
container  one signed file of bounded size: `container`
errand     what the courier does there: `errand`; what it remembers between two errands: `spool`
desk       what the vault takes in and gives out: `desk`, reading bundles through `carried`
"""
