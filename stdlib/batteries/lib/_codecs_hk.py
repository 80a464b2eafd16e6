"""Codecs of Hong Kong, see _multibytecodec."""

from _multibytecodec import _getcodec

getcodec = _getcodec(['big5hkscs'])
