"""Codecs of Japan, see _multibytecodec."""

from _multibytecodec import _getcodec

getcodec = _getcodec(['cp932', 'euc_jis_2004', 'euc_jp', 'shift_jis', 'shift_jis_2004'])
