"""Codecs of Taiwan, see _multibytecodec."""

from _multibytecodec import _getcodec

getcodec = _getcodec(['big5', 'cp950'])
