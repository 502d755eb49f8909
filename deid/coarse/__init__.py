"""Coarser values in place of exact ones; None where a value cannot be read, for the caller to hide."""

from deid.coarse.ages import age_band
from deid.coarse.bands import number_band
from deid.coarse.dates import coarse_date
from deid.coarse.postcodes import postcode_area
from deid.coarse.regions import region

__all__ = ["age_band", "coarse_date", "number_band", "postcode_area", "region"]
