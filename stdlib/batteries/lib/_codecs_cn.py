"""Codecs of China, see _multibytecodec."""

from _multibytecodec import _getcodec

getcodec = _getcodec(['gb18030', 'gb2312', 'gbk', 'hz'])
