"""Instalments, approval, payment, spending."""
