"""How a name is spelled and abbreviated in Latin letters, for sorting and searching."""

from functools import lru_cache

from pypinyin import lazy_pinyin

# Family names that are read differently from the same character elsewhere.
FAMILY = {
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "解": "xie",
    "查": "zha",
    "盖": "ge",
    "区": "ou",
    "朴": "piao",
    "任": "ren",
    "华": "hua",
    "洗": "xian",
    "尹": "yin",
    "乐": "yue",
    "宁": "ning",
    "缪": "miao",
    "覃": "qin",
    "翟": "zhai",
}


@lru_cache(maxsize=65_536)
def spell(name: str) -> tuple[str, str]:
    """Pinyin and initials of a name, lower case without blanks: 王小明 → wangxiaoming, wxm."""
    syllables = lazy_pinyin(name)
    if name[:1] in FAMILY:
        syllables[0] = FAMILY[name[0]]
    words = "".join(f" {one} " if not one.isspace() else " " for one in syllables)
    parts = ["".join(filter(str.isalnum, word)).lower() for word in words.split()]
    parts = [part for part in parts if part]
    return "".join(parts)[:200], "".join(part[0] for part in parts)[:40]
