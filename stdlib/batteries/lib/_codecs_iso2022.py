"""Codecs of sets between escapes, see _multibytecodec."""

from _multibytecodec import _getcodec

getcodec = _getcodec(['iso2022_jp', 'iso2022_jp_1', 'iso2022_jp_2', 'iso2022_jp_ext', 'iso2022_kr'])
