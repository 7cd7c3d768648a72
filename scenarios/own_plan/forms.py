"""The sheets of the workbook that non-programmers fill in, and what each cell means: the one place that template and reader share."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.observed_check import Row

CITY, AREAS, TARGETS, HELP = "城市", "地区", "指标", "说明"


@dataclass(frozen=True)
class Figure:
    """One line of the city's sheet. kind: text, year, number; quantity: of a cell of the baseline (with age), else a field of the plan."""

    name: str
    field: str
    kind: str
    unit: str = ""
    needed: bool = False
    hint: str = ""
    age: str | None = None


FIELDS = (
    Figure("代号", "id", "text", needed=True, hint="小写字母、数字、下划线，如 linhai"),
    Figure("城市中文名", "city_zh", "text", needed=True, hint="如 临海市"),
    Figure("城市英文名", "city_en", "text", hint="如 Linhai；可不填"),
    Figure("规划名称", "title_zh", "text", hint="可不填"),
    Figure("省份", "province", "text", needed=True, hint="如 江苏、安徽；江苏、浙江的法规已收录，其他省份按全国规定推算并标明"),
    Figure("规划首年", "first", "year", needed=True, hint="如 2021"),
    Figure("规划末年", "last", "year", needed=True, hint="如 2025"),
    Figure("规划印出的经济增速", "growth", "number", "%", hint="年均，如 6；未印则留空，取声明区间（假设）"),
)
FIGURES = (
    Figure("常住人口", "residents", "number", "万人", needed=True, hint="基期年末，即规划首年前一年"),
    Figure("其中0-14岁", "residents", "number", "万人", age="0-14"),
    Figure("其中15-59岁", "residents", "number", "万人", age="15-59"),
    Figure("其中60-64岁", "residents", "number", "万人", age="60-64"),
    Figure("其中65岁及以上", "residents", "number", "万人", age="65+"),
    Figure("户籍人口", "hukou_population", "number", "万人"),
    Figure("城镇化率", "urban_share", "number", "%"),
    Figure("大专及以上人口", "college_residents", "number", "万人"),
    Figure("高校在校生", "university_students", "number", "万人"),
    Figure("就业人数", "employed_residents", "number", "万人"),
    Figure("一产就业", "farm_employed", "number", "万人"),
    Figure("法人单位数", "firms", "number", "个"),
    Figure("月平均工资", "mean_monthly_wage", "number", "元/月"),
    Figure("基本养老保险在职参保", "pension_active", "number", "万人", hint="职工在职＋居民缴费人员"),
    Figure("企业职工养老在职参保", "pension_enterprise_active", "number", "万人"),
    Figure("机关事业养老在职参保", "pension_civil", "number", "万人"),
    Figure("失业保险参保", "ui_insured", "number", "万人"),
    Figure("工伤保险参保", "injury_insured", "number", "万人"),
    Figure("养老保险缴费率", "pension_paying_rate", "number", "%"),
    Figure("城镇登记失业率", "registered_unemployment_rate", "number", "%"),
    Figure("城镇新增就业（基期当年）", "new_urban_employment", "number", "万人"),
    Figure("最低工资类区", "minimum_wage_class", "number", "类", hint="1、2 或 3；可不填"),
)
CITY_HEADS = ("项目", "数值", "单位", "来源", "提示")
AREA_HEADS = ("名称", "代码", "类别", "常住人口（万人）", "来源")
TARGET_HEADS = ("序号", "指标", "统计指标", "单位", "基期值", "目标值", "要求", "口径", "目标年", "属性", "力争", "责任处室", "出处")
LEVELS = {"县": "county", "县级市": "county_city", "区": "district", "开发区": "zone", "镇": "town"}
OTHER_PROVINCES = ("北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "安徽", "福建", "江西", "山东", "河南",
                   "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆")
OF_PROVINCE = {"江苏": "jiangsu", "浙江": "zhejiang", **dict.fromkeys(OTHER_PROVINCES, "other")}
"""Province as filled in → whose law: own rules at hand for two; the others live by national rules, the rest carried over and marked."""
ENDINGS = ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市")
BASES = {"年末": "level", "累计": "period_sum", "每年": "every_year", "当年": "year_flow", "年均": "period_mean"}
OPS = {"不低于": "ge", "以上": "ge", "≥": "ge", "": "ge", "超过": "gt", "不超过": "le", "以内": "le", "≤": "le", "低于": "lt",
       "约": "about", "左右": "about"}
ATTRIBUTES = ("约束性", "预期性", "")
YES = {"是": True, "否": False, "": False}


def province_of(text: str) -> str | None:
    """jiangsu, zhejiang or other, of a province's name with or without 省, 市, 自治区, or of the id itself; else None."""
    if text in OF_PROVINCE.values():
        return text
    short = next((text.removesuffix(ending) for ending in ENDINGS if text.endswith(ending)), text)
    return OF_PROVINCE.get(short)


__all__ = ["AREAS", "AREA_HEADS", "ATTRIBUTES", "BASES", "CITY", "CITY_HEADS", "FIELDS", "FIGURES", "HELP", "LEVELS", "OF_PROVINCE", "OPS",
           "TARGETS", "TARGET_HEADS", "YES", "Figure", "Row", "province_of"]
