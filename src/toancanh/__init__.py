"""Toàn Cảnh: the open-source Intelligent Operations Center for provinces and cities."""
