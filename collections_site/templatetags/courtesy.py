"""How templates write money, numbers, dates, phones, names and states."""

from django import template

register = template.Library()
