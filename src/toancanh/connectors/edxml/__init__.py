"""Documents between agencies in the national envelope (edXML, QCVN 102:2016/BTTTT)."""
