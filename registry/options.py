"""Option lists of the national basic set: code → national name, for export and for checking.

What a family reads on a button belongs to the form. Order is the national order. Where the codes
are words, they are the house's own: the national sheet prints names only (采集表填写名称).
"""

from collections.abc import Mapping
from types import MappingProxyType

from registry.countries import COUNTRIES


def _table(rows: str) -> Mapping[str, str]:
    """`code name` per line, read once."""
    return MappingProxyType(dict(_row(line) for line in rows.strip().splitlines()))


def _row(line: str) -> tuple[str, str]:
    code, name = line.split(maxsplit=1)
    return code, name


SEX = _table("""
    1 男
    2 女
""")

# GB/T 3304 with today's names (36 毛南, 46 德昂); 97 and 98 as the national sheet has them.
ETHNIC_GROUP = _table("""
    01 汉族
    02 蒙古族
    03 回族
    04 藏族
    05 维吾尔族
    06 苗族
    07 彝族
    08 壮族
    09 布依族
    10 朝鲜族
    11 满族
    12 侗族
    13 瑶族
    14 白族
    15 土家族
    16 哈尼族
    17 哈萨克族
    18 傣族
    19 黎族
    20 傈僳族
    21 佤族
    22 畲族
    23 高山族
    24 拉祜族
    25 水族
    26 东乡族
    27 纳西族
    28 景颇族
    29 柯尔克孜族
    30 土族
    31 达斡尔族
    32 仫佬族
    33 羌族
    34 布朗族
    35 撒拉族
    36 毛南族
    37 仡佬族
    38 锡伯族
    39 阿昌族
    40 普米族
    41 塔吉克族
    42 怒族
    43 乌孜别克族
    44 俄罗斯族
    45 鄂温克族
    46 德昂族
    47 保安族
    48 裕固族
    49 京族
    50 塔塔尔族
    51 独龙族
    52 鄂伦春族
    53 赫哲族
    54 门巴族
    55 珞巴族
    56 基诺族
    97 其他
    98 外国血统中国籍人士
""")

ID_TYPE = _table("""
    1 居民身份证
    6 香港特区护照/身份证明
    7 澳门特区护照/身份证明
    8 台湾居民来往大陆通行证
    9 境外永久居住证
    A 护照
    D 港澳居民来往内地通行证
    H 港澳居民居住证
    I 台湾居民居住证
    Z 其他
""")

OVERSEAS = _table("""
    00 否
    01 香港同胞
    02 香港同胞亲属
    03 澳门同胞
    04 澳门同胞亲属
    05 台湾同胞
    06 台湾同胞亲属
    11 华侨
    12 侨眷
    13 归侨
    14 归侨子女
    21 归国留学人员
    31 非华裔中国人
    41 外籍华裔人
    51 外国人
    99 其他
""")

POLITICS = _table("""
    01 中共党员
    02 中共预备党员
    03 共青团员
    13 群众
""")

# The national sheet's own codes; GB/T 2261.3 numbers them otherwise.
HEALTH = _table("""
    10 健康或良好
    20 一般或较弱
    30 有慢性病
    40 有生理缺陷
    50 残疾
""")

# New household registers say 居民户口 only; the registrar maps `0` before the export.
HOUSEHOLD_KIND = _table("""
    1 农业户口
    2 非农业户口
    0 居民户口（不区分）
""")

ENTRY_WAY = _table("""
    11 就近入学
    12 其他
    21 统一招生考试/普通入学
    22 体育特招
    23 艺术特招
    99 其他
""")

BOARDING = _table("""
    1 走读
    2 住校
""")

STUDENT_SOURCE = _table("""
    1 正常入学
    2 借读
    9 其他
""")

# One or both PARENTS away for work, three months or longer; nothing to do with single parents.
LEFT_BEHIND = _table("""
    0 非留守儿童
    1 单亲留守儿童
    2 双亲留守儿童
""")

YES_NO = _table("""
    1 是
    0 否
""")

# Ours are more, theirs are five.
RELATION = _table("""
    father 父亲
    mother 母亲
    grandparent 祖父母或外祖父母
    sibling 兄弟姐妹
    other_guardian 其他
    entrusted_carer 其他
    other 其他
""")

# Who looks after the child by the parents' written word (K21); the national sheet has no column.
CARER = _table("""
    grandparent 祖父母或外祖父母
    relative 其他亲属
    other 其他人
""")

# 县级以上医院, 重大事件, 出国出境: R88, R90 and the provinces' rules.
SUSPENSION_REASON = _table("""
    health 因病
    major_event 重大事件
    abroad 短期出国、出境
""")

# R35, R85: a transfer has one of these reasons, or none.
TRANSFER_REASON = _table("""
    move 家庭搬迁
    work 父母工作调动
    migrant 随父母务工
    other 其他正当理由
""")

# GB/T 4761-2008, for certificates; the national sheet does not use it.
KINSHIP = _table("""
    51 父亲
    52 母亲
    57 继父或养父
    58 继母或养母
    61 祖父
    62 祖母
    63 外祖父
    64 外祖母
""")

DISABILITY = _table("""
    none 无残疾
    sight 视力残疾
    hearing 听力残疾
    speech 言语残疾
    body 肢体残疾
    intellect 智力残疾
    mind 精神残疾
    multiple 多重残疾
    other 其他残疾
""")

# 随班就读; `none` here and DISABILITY `none` must agree.
INCLUSION = _table("""
    none 非随班就读
    sight 视力残疾随班就读
    hearing 听力残疾随班就读
    intellect 智力残疾随班就读
    other 其他残疾随班就读
""")

WAY_TO_SCHOOL = _table("""
    walk 步行
    bicycle 自行车（含摩托车、电动自行车）
    public 公共交通（含城市公交、农村客运、地铁）
    family 家长自行接送
    school_bus 校车
    other 其他
""")

SPECIAL_SITUATION = _table("""
    none 无
    only_child 独生子女
    orphan 孤儿
    martyr 烈士或优抚子女
    left_behind 留守儿童
    migrant 进城务工人员随迁子女
    weak_health 身体较弱或有慢性病
    disability 残疾
    aid 需要申请资助
    in_person 当面说明
""")

# First two digits of a division code; 83 is a residence permit of Taiwan residents.
PROVINCES = _table("""
    11 北京市
    12 天津市
    13 河北省
    14 山西省
    15 内蒙古自治区
    21 辽宁省
    22 吉林省
    23 黑龙江省
    31 上海市
    32 江苏省
    33 浙江省
    34 安徽省
    35 福建省
    36 江西省
    37 山东省
    41 河南省
    42 湖北省
    43 湖南省
    44 广东省
    45 广西壮族自治区
    46 海南省
    50 重庆市
    51 四川省
    52 贵州省
    53 云南省
    54 西藏自治区
    61 陕西省
    62 甘肃省
    63 青海省
    64 宁夏回族自治区
    65 新疆维吾尔自治区
    71 台湾省
    81 香港特别行政区
    82 澳门特别行政区
    83 台湾省
""")

OPTIONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "boarding": BOARDING,
        "carer": CARER,
        "disability": DISABILITY,
        "entry_way": ENTRY_WAY,
        "ethnic_group": ETHNIC_GROUP,
        "health": HEALTH,
        "household_kind": HOUSEHOLD_KIND,
        "id_type": ID_TYPE,
        "inclusion": INCLUSION,
        "kinship": KINSHIP,
        "left_behind": LEFT_BEHIND,
        "nationality": COUNTRIES,
        "overseas": OVERSEAS,
        "politics": POLITICS,
        "relation": RELATION,
        "sex": SEX,
        "special_situation": SPECIAL_SITUATION,
        "student_source": STUDENT_SOURCE,
        "suspension_reason": SUSPENSION_REASON,
        "transfer_reason": TRANSFER_REASON,
        "way_to_school": WAY_TO_SCHOOL,
        "yes_no": YES_NO,
    }
)
