"""Codecs of Korea, see _multibytecodec."""

from _multibytecodec import _getcodec

getcodec = _getcodec(['cp949', 'euc_kr', 'johab'])
