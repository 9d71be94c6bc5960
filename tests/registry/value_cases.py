"""Spellings of every kind of value: what is accepted and stored how, what is refused and why.

The tables are the specification: a test fails for a kind or a problem code that has no row here.
"""

from registry.identity import check_digit


def id_card(region: str = "999999", born: str = "20180312", order: str = "002") -> str:
    """An invented number whose check digit is right."""
    first17 = region + born + order
    return first17 + check_digit(first17)


CHILD = id_card()  # 999999201803120022
WITH_X = id_card(order="010")
LONGEST_NAME = "古" * 60

# kind → (typed, stored)
ACCEPTED: dict[str, tuple[tuple[str, str], ...]] = {
    "address": (
        ("向阳镇阳光路88号3栋501室", "向阳镇阳光路88号3栋501室"),
        ("  向阳县柳树村第三村民小组 ", "向阳县柳树村第三村民小组"),
        ("向阳县　柳树村 三组", "向阳县　柳树村 三组"),
        ("柳树村3组", "柳树村3组"),
        ("88 Sunny Road, Room 501", "88 Sunny Road, Room 501"),
    ),
    "birth_date": (("2018年3月12日", "2018-03-12"), ("48.3.2", "1948-03-02")),
    "boarding": (("1", "1"),),
    "class_name": (
        ("4", "4"),
        ("三年级（4）班", "三年级（4）班"),
        (" 一(2)班 ", "一(2)班"),
        ("向日葵班", "向日葵班"),
    ),
    "date": (
        ("2018-3-12", "2018-03-12"),
        ("2018-03-12", "2018-03-12"),
        ("2018/03/12", "2018-03-12"),
        ("2018.3.12", "2018-03-12"),
        ("2018。3。12", "2018-03-12"),
        ("2018、3、12", "2018-03-12"),
        ("2018，3，12", "2018-03-12"),
        ("2018 3 12", "2018-03-12"),
        ("2018年3月12日", "2018-03-12"),
        ("2018年3月12", "2018-03-12"),
        ("2018年3月12号", "2018-03-12"),
        ("2018 年 03 月 12 日", "2018-03-12"),
        ("２０１８年３月１２日", "2018-03-12"),
        ("２０１８－３－１２", "2018-03-12"),
        ("2018—3—12", "2018-03-12"),
        ("20180312", "2018-03-12"),
        ("２０１８０３１２", "2018-03-12"),
        ("180312", "2018-03-12"),
        ("18.3.12", "2018-03-12"),
        ("18年3月12日", "2018-03-12"),
        ("二〇一八年三月十二日", "2018-03-12"),
        ("二零一八年十月三十日", "2018-10-30"),
        ("二〇一八年十二月二十三号", "2018-12-23"),
        ("2018年三月十日", "2018-03-10"),
        ("25/12/2018", "2018-12-25"),
        ("12/25/2018", "2018-12-25"),
        ("3/3/2018", "2018-03-03"),
        ("2018312", "2018-03-12"),
        ("201813", "2018-01-03"),
        ("2020-2-29", "2020-02-29"),
        ("2018-3-12\u200b", "2018-03-12"),
    ),
    "disability": (("none", "none"),),
    "email": (
        ("Parent@example.com", "Parent@example.com"),
        (" parent＠example.com ", "parent@example.com"),
    ),
    "entry_way": (("11", "11"),),
    "ethnic_group": (("01", "01"), ("56", "56"), (" 05 ", "05")),
    "foreign_permit": (
        (id_card("911999"), id_card("911999")),
        ("zzz 990000 010101", "ZZZ990000010101"),
    ),
    "health": (("10", "10"),),
    "home_return_permit": (
        ("H00000000", "H00000000"),
        ("h 0000 0000 01", "H0000000001"),
        ("ｍ００００００００", "M00000000"),
    ),
    "household_kind": (("1", "1"),),
    "id_card": (
        (CHILD, CHILD),
        ("９９９９ 9920 1803 1200 22", CHILD),
        ("999999-20180312-0022", CHILD),
        (f"\u202d{CHILD}\u202c", CHILD),
        (WITH_X.lower(), WITH_X),
        (WITH_X.replace("X", "ｘ"), WITH_X),
        (id_card("810000"), id_card("810000")),
        (id_card("820000"), id_card("820000")),
        (id_card("830000"), id_card("830000")),
        (id_card("911999"), id_card("911999")),
        (id_card(born="20200229"), id_card(born="20200229")),
    ),
    "id_card_15": (
        ("999999800312002", "999999800312002"),
        ("９９９９９９ 800312 002", "999999800312002"),
    ),
    "id_type": (("1", "1"), ("A", "A")),
    "inclusion": (("none", "none"),),
    "kinship": (("51", "51"),),
    "landline": (
        ("010-80000000", "010-80000000"),
        ("01080000000", "010-80000000"),
        ("(010) 8000 0000", "010-80000000"),
        ("０１０－８０００００００", "010-80000000"),
        ("0999-8000000", "0999-8000000"),
        ("010-80000000-123", "010-80000000-123"),
        ("010-80000000转123", "010-80000000-123"),
        ("010 80000000 转 8", "010-80000000-8"),
        ("+86 10 8000 0000", "010-80000000"),
        ("0086-10-80000000", "010-80000000"),
    ),
    "left_behind": (("0", "0"),),
    "mobile": (
        ("13800000000", "13800000000"),
        ("138 0000 0000", "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("138.0000.0000", "13800000000"),
        ("(+86)138 0000 0000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("+86 138 0000 0000", "13800000000"),
        ("8613800000000", "13800000000"),
        ("0086-13800000000", "13800000000"),
        ("+8613800000000", "13800000000"),
        ("013800000000", "13800000000"),
        ("\u202a13800000000\u202c", "13800000000"),
    ),
    "name": (
        ("张子涵", "张子涵"),
        ("  张子涵\t", "张子涵"),
        ("张", "张"),
        ("古丽米热·艾比布力", "古丽米热·艾比布力"),
        ("古丽米热•艾比布力", "古丽米热•艾比布力"),
        ("𠮷田𬭊", "𠮷田𬭊"),  # outside the BMP
        ("王\U0002ebf0", "王\U0002ebf0"),  # extension I, younger than the interpreter's tables
        ("王\U000323b0", "王\U000323b0"),  # extension J
        ("王㛃", "王㛃"),  # extension A
        ("李〇", "李〇"),
        ("歐陽嘉欣", "歐陽嘉欣"),
        ("郎\uf92c", "郎\uf92c"),  # a compatibility character stays what it is
        ("Anna-Marie O'Neil", "Anna-Marie O'Neil"),
        ("Zoe\u0308", "Zoe\u0308"),  # not composed
        ("J. Smith", "J. Smith"),
        (LONGEST_NAME, LONGEST_NAME),
    ),
    "national_number": (
        (f"G{CHILD}", f"G{CHILD}"),
        (f"l{CHILD[:-1]}5", f"L{CHILD[:-1]}5"),  # L need not check
        (f"Ｊ {WITH_X.lower()}", f"J{WITH_X}"),
    ),
    "nationality": (("CHN", "CHN"), ("TWN", "TWN")),
    "options": (("orphan aid", "orphan aid"), (" none ", "none"), ("a  b", "a b")),
    "overseas": (("00", "00"),),
    "passport": (("e 0000 0000", "E00000000"), ("ＥＡ0000000", "EA0000000"), ("000000", "000000")),
    "phone": (
        ("138 0000 0000", "13800000000"),
        ("0999 800 0000", "0999-8000000"),
        ("+852 9000 0000", "+85290000000"),
        ("0085290000000", "+85290000000"),
    ),
    "politics": (("13", "13"),),
    "postcode": (("100000", "100000"), ("０１００００", "010000"), ("100 000", "100000")),
    "region_code": (("110105000000", "110105000000"), ("999999000000", "999999000000")),
    "relation": (("mother", "mother"),),
    "school_name": (
        ("向阳镇中心幼儿园", "向阳镇中心幼儿园"),
        ("Sunny Kindergarten", "Sunny Kindergarten"),
    ),
    "sex": (("1", "1"), ("2", "2")),
    "special_situation": (("orphan", "orphan"),),
    "student_source": (("1", "1"),),
    "taiwan_permit": (("0000 0000", "00000000"), ("００００００００01", "0000000001")),
    "way_to_school": (("walk", "walk"),),
    "yes_no": (("1", "1"),),
}

# kind → (typed, last part of the problem code)
REFUSED: dict[str, tuple[tuple[str, str], ...]] = {
    "address": (
        ("", "empty"),
        ("   \u3000", "empty"),
        ("家里", "address_shape"),
        ("12345", "address_shape"),
        ("😀😀😀😀😀", "address_shape"),
        ("向阳县柳树村\n三组", "one_line"),
        ("向阳县\u202e柳树村三组", "hidden_character"),
        ("村" * 201, "too_long"),
        ("村" * 10_000, "too_long"),
    ),
    "birth_date": (("2018-2-30", "date_missing"),),
    "boarding": (("走读", "option_unknown"),),
    "class_name": (("！！", "class_name_shape"), ("一" * 21, "too_long")),
    "date": (
        ("3/12/2018", "date_ambiguous"),
        ("3.12.2018", "date_ambiguous"),
        ("2018112", "date_ambiguous"),
        ("201211", "date_ambiguous"),
        ("2018-2-29", "date_missing"),
        ("2018-13-1", "date_missing"),
        ("2018-0-1", "date_missing"),
        ("20180231", "date_missing"),
        ("2018年3月", "date_incomplete"),
        ("2018", "date_incomplete"),
        ("2018年", "date_incomplete"),
        ("2018.03", "date_incomplete"),
        ("2018 年 3 月", "date_incomplete"),
        ("3月12日", "date_incomplete"),
        ("三月十二号", "date_incomplete"),
        ("三月", "date_incomplete"),
        ("1803-3-12", "date_year"),
        ("2018年农历三月十二", "date_lunar"),
        ("2018年正月初五", "date_lunar"),
        ("春天", "date_shape"),
        ("12", "date_shape"),
        ("2018-3-12-5", "date_shape"),
        ("😀", "date_shape"),
        ("2018-3-12 生日", "date_shape"),
        ("９" * 400, "date_shape"),
    ),
    "disability": (("深", "option_unknown"),),
    "email": (("parent", "email_shape"), ("a@b", "email_shape"), ("a b@c.cn", "email_shape")),
    "entry_way": (("77", "option_unknown"),),
    "ethnic_group": (("57", "option_unknown"), ("1", "option_unknown"), ("汉", "option_unknown")),
    "foreign_permit": (
        (CHILD[1:] + "0", "id_checksum"),
        ("ZZ9900000101011", "foreign_permit_shape"),
        (id_card("810000"), "foreign_permit_shape"),
    ),
    "health": (("60", "option_unknown"),),
    "home_return_permit": (
        ("C00000000", "home_return_shape"),
        ("H0000000", "home_return_shape"),
        ("H000000000", "home_return_shape"),
    ),
    "household_kind": (("3", "option_unknown"),),
    "id_card": (
        (CHILD[:-1], "id_length"),
        (CHILD + "1", "id_length"),
        ("没有", "id_shape"),
        ("😀", "id_shape"),
        ("9999X9201803120022", "id_shape"),
        ("999999800312002", "id_length"),
        ("99999920180312002O", "id_shape"),
        ("X99999201803120022", "id_shape"),
        ("٩٩٩٩٩٩201803120022", "id_shape"),  # digits of another script
        (CHILD[:-1] + "3", "id_checksum"),
        (CHILD[:-1] + "X", "id_checksum"),
        (id_card(born="20180230"), "id_birthday"),
        (id_card(born="20181301"), "id_birthday"),
        (id_card(born="18990101"), "id_birthday"),
        (id_card(born="00000101"), "id_birthday"),
    ),
    "id_card_15": (
        ("99999980031200", "id_15_shape"),
        ("99999980031200X", "id_15_shape"),
        ("999999801332002", "id_birthday"),
    ),
    "id_type": (("B", "option_unknown"),),
    "inclusion": (("speech", "option_unknown"),),
    "kinship": (("99", "option_unknown"),),
    "landline": (
        ("80000000", "landline_area"),
        ("800-0000", "landline_area"),
        ("10 80000000", "landline_shape"),
        ("010-10000000", "landline_shape"),
        ("4000000000", "landline_shape"),
        ("0110-8000000", "landline_shape"),
    ),
    "left_behind": (("3", "option_unknown"),),
    "mobile": (
        ("1380000000", "mobile_length"),
        ("138000000000", "mobile_length"),
        ("12800000000", "mobile_shape"),
        ("+85290000000", "mobile_shape"),
        ("138 0000 000O", "mobile_shape"),
        ("😀", "mobile_shape"),
    ),
    "name": (
        ("", "empty"),
        ("古" * 61, "too_long"),
        ("张 三", "name_space"),
        ("张　三", "name_space"),
        ("张三1", "name_digit"),
        ("张三３", "name_digit"),
        ("张三😀", "name_symbol"),
        ("张三！", "name_symbol"),
        ("<b>张三</b>", "name_symbol"),
        ("⿰氵朋", "name_symbol"),
        ("·", "name_symbol"),
        ("张\ue000", "name_unshown"),
        ("张\U000f0001", "name_unshown"),
        ("张\u200b三", "hidden_character"),  # zero-width space
        ("张\u200d三", "hidden_character"),  # joiner
        ("\u202e三张", "hidden_character"),  # right-to-left override
        ("张\u2066三", "hidden_character"),  # isolate
        ("张\ufeff三", "hidden_character"),
        ("张\x00三", "hidden_character"),
        ("张\x7f三", "hidden_character"),
        ("张\ud800", "hidden_character"),  # half of a pair
        ("张\u3164", "hidden_character"),  # a filler that counts as a letter
        ("张\U000e0100", "hidden_character"),  # variation selector
        ("张\n三", "one_line"),
    ),
    "national_number": (
        (CHILD, "national_number_shape"),
        (f"A{CHILD}", "national_number_shape"),
        (f"G{CHILD}1", "national_number_shape"),
    ),
    "nationality": (("ZZZ", "option_unknown"), ("chn", "option_unknown")),
    "options": (("孤儿", "option_unknown"), ("a;b", "option_unknown")),
    "overseas": (("98", "option_unknown"),),
    "passport": (
        ("E0000", "passport_shape"),
        ("PASSPORT", "passport_shape"),
        ("E0000000000000000", "passport_shape"),
        ("护照E00000000", "passport_shape"),
    ),
    "phone": (
        ("80000000", "landline_area"),
        ("1380000000", "mobile_length"),
        ("12345", "phone_shape"),
        ("没有", "phone_shape"),
        ("+86 1280000000", "phone_shape"),
        ("😀", "phone_shape"),
    ),
    "politics": (("02x", "option_unknown"),),
    "postcode": (("10000", "postcode_shape"), ("000000", "postcode_shape")),
    "region_code": (("110105", "region_shape"), ("011010500000", "region_shape")),
    "relation": (("uncle", "option_unknown"),),
    "school_name": (("123", "school_name_shape"), ("校" * 61, "too_long")),
    "sex": (("0", "option_unknown"), ("男", "option_unknown")),
    "special_situation": (("poor", "option_unknown"),),
    "student_source": (("3", "option_unknown"),),
    "taiwan_permit": (
        ("000000000", "taiwan_permit_shape"),
        ("T0000000", "taiwan_permit_shape"),
    ),
    "way_to_school": (("fly", "option_unknown"),),
    "yes_no": (("yes", "option_unknown"),),
}

# kind, typed, last part of the warning code: stored all the same, told to the reviewer
WARNED: tuple[tuple[str, str, str], ...] = (
    ("address", "柳树村3组", "address_short"),
    ("id_card", id_card("190000"), "id_region"),
    ("name", "古丽米热•艾比布力", "name_dot"),
    ("national_number", f"G{CHILD[:-1]}5", "national_number_checksum"),
    ("region_code", "999999000000", "region_unknown"),
)
