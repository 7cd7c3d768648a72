"""Controls: the handles that policy has on the city.

All controls are declared below, each with the mechanism that obeys it; a lever of `scenarios/levers` names one of them.
`Setting.controls` holds, for each control, an array (months, areas) in the control's unit; a control that a setting leaves out
rests at its default.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Control:
    """A handle of policy.

    unit: of one value; per: "year" (an annual rate, spread over its months) or "level" (a state that holds);
    low, high: what the mechanism can take; default: policy at rest; split: how a city total is divided among areas.
    """

    name: str
    unit: str
    low: float
    high: float
    default: float
    meaning: str
    mechanism: str
    per: str = "year"
    split: str = "none"


CONTROLS: dict[str, Control] = {}


def declare(controls: Iterable[Control]) -> None:
    """Enter a mechanism's controls; a name may be declared once only."""
    for control in controls:
        known = CONTROLS.get(control.name)
        if known not in (None, control):
            raise ValueError(f"control '{control.name}' is declared by {known} and by {control.mechanism}")
        CONTROLS[control.name] = control


declare((
    Control("enrolment_drive_large", "share of firms a year", 0.0, 1.0, 0.0,
            "share of the non-compliant firms of over 50 real staff that the enrolment drive 扩面行动 visits in a year", "enrolment"),
    Control("enrolment_drive_mid", "share of firms a year", 0.0, 1.0, 0.0,
            "the same for firms of 10 to 50 real staff", "enrolment"),
    Control("enrolment_drive_small", "share of firms a year", 0.0, 1.0, 0.0,
            "the same for firms of under 10 real staff", "enrolment"),
    Control("tax_matching", "ratio to the usual", 0.0, 5.0, 1.0,
            "firms' wage sheets compared with tax data at the yearly review 常态化数据比对", "inspection", "level"),
    Control("land_taking", "persons a year", 0.0, 5e5, 0.0,
            "persons of working age whose land is taken and who are taken into a pension scheme 被征地农民刚性进保", "land", split="farm"),
    Control("flexible_insurance_subsidy", "share of the premium", 0.0, 2 / 3, 0.0,
            "share of a flexible worker's pension premium that the employment fund pays 灵活就业社保补贴", "membership", "level"),
    Control("contribution_rate_cut", "share of the base", 0.0, 0.08, 0.0,
            "cut of the employer's and the self-payer's pension rate 降费率", "accounts", "level"),
    Control("contribution_floor_change", "relative change", -0.4, 0.4, 0.0,
            "change of the floor of the contribution base 缴费基数下限 against the law's path", "accounts", "level"),
    Control("ui_rate_cut", "share of the base", 0.0, 0.005, 0.0,
            "further cut of the employer's unemployment-insurance rate 失业保险降费率", "accounts", "level"),
    Control("ui_benefit_share", "share of the minimum wage", 0.0, 1.0, 0.0,
            "least unemployment benefit 失业保险金, of the minimum wage; 0: the legal formula alone", "accounts", "level"),
    Control("resident_match", "yuan a year", 0.0, 1000.0, 0.0,
            "extra fiscal match for each payer of the resident pension 居民养老缴费补贴", "accounts", "level"),
    Control("resident_base_topup", "yuan a month", 0.0, 500.0, 0.0,
            "local addition to the base pension of residents 基础养老金", "institutions", "level"),
    Control("retention_refund", "share of the premium", 0.0, 1.0, 0.0,
            "refund of last year's unemployment premiums to firms that keep staff, beyond the law 稳岗返还", "institutions", "level"),
    Control("injury_rate_cut", "share of the premium", 0.0, 0.8, 0.0,
            "temporary cut of the injury premium 工伤保险降费率", "injury", "level"),
    Control("training_places", "places a year", 0.0, 2e6, 0.0,
            "subsidised skills-training places 补贴性职业技能培训", "training", split="working_age"),
    Control("high_grade_training_share", "share of places", 0.0, 1.0, 0.0,
            "share of the training places kept for courses towards 高级工 and above 高技能培训", "training", "level"),
    Control("training_share_jobseekers", "share of places", 0.0, 1.0, 0.0,
            "share of the training places kept for the unemployed 失业人员培训", "training", "level"),
    Control("training_share_rural", "share of places", 0.0, 1.0, 0.0,
            "share of the training places kept for farm workers 农村劳动力培训", "training", "level"),
    Control("training_share_young", "share of places", 0.0, 1.0, 0.0,
            "share of the training places kept for workers under 25 新成长劳动力培训", "training", "level"),
    Control("apprenticeship_places", "places a year", 0.0, 1e6, 0.0,
            "places of the new apprenticeship at firms 企业新型学徒制", "training", split="working_age"),
    Control("skill_subsidy_low", "yuan a certificate", 0.0, 10000.0, 0.0,
            "paid to the insured for a certificate of 初级工 or 中级工 技能提升补贴", "training", "level"),
    Control("skill_subsidy_high", "yuan a certificate", 0.0, 10000.0, 0.0,
            "paid to the insured for a certificate of 高级工 and above 技能提升补贴", "training", "level"),
    Control("assessment_sessions", "sessions a year", 0.0, 20000.0, 0.0,
            "sessions of skill assessment held 技能等级认定场次", "training", split="working_age"),
    Control("skill_contests", "contests a year", 0.0, 500.0, 0.0,
            "first-class skill contests of the city whose best gain the next grade 职业技能竞赛", "training", split="working_age"),
    Control("master_studios", "studios", 0.0, 1000.0, 0.0,
            "master craftsmen's studios in use 技能大师工作室", "training", "level", "working_age"),
    Control("training_bases", "bases", 0.0, 500.0, 0.0,
            "public training bases for high skills in use 高技能人才公共实训基地", "training", "level", "working_age"),
    Control("technical_school_places", "places a year", 0.0, 1e6, 0.0,
            "places offered each September by technical schools 技工院校招生名额", "technical_schools", split="working_age"),
    Control("title_outreach", "share of private employers", 0.0, 1.0, 0.0,
            "share of private employers outside the review of titles whom the bureau brings in 非公领域职称申报服务", "titles", "level"),
    Control("title_for_skilled", "share", 0.0, 1.0, 0.0,
            "share of the highly skilled without college whom the review admits 高技能与专技人才贯通", "titles", "level"),
    Control("professional_exam_subsidy", "yuan a certificate", 0.0, 10000.0, 0.0,
            "paid for a professional qualification 专业技术人员职业资格证书补贴", "titles", "level"),
    Control("startup_loans", "yuan a year", 0.0, 5e10, 0.0,
            "guaranteed start-up loans granted 富民创业担保贷款", "startups", split="working_age"),
    Control("startup_training", "places a year", 0.0, 1e6, 0.0,
            "start-up training places 创业培训", "startups", split="working_age"),
    Control("recruitment_fairs", "fairs a year", 0.0, 5000.0, 0.0,
            "public recruitment fairs held 招聘活动", "market", split="working_age"),
    Control("hard_to_employ_posts", "placements a year", 0.0, 2e5, 0.0,
            "public-welfare and subsidised posts offered to the hard-to-employ 公益性岗位、困难人员帮扶", "help", split="working_age"),
    Control("traineeships", "places a year", 0.0, 1e5, 0.0,
            "traineeships for young people without work 就业见习", "help", split="working_age"),
    Control("public_posts", "posts a year", 0.0, 1e5, 0.0,
            "permanent grass-roots posts opened at public units 基层公共服务岗位", "help", split="working_age"),
    Control("welfare_post_months", "months", 0.0, 36.0, 36.0,
            "months for which a public-welfare post is held at most 公益性岗位期限", "help", "level"),
    Control("job_guidance", "persons a year", 0.0, 1e6, 0.0,
            "registered unemployed who are taken into personal guidance 一对一就业服务", "support", split="working_age"),
    Control("hiring_subsidy", "yuan a hire", 0.0, 1e4, 0.0,
            "paid to firms for hiring a young person without work 一次性扩岗(吸纳就业)补助", "support", "level"),
    Control("hard_hire_subsidy", "share of the premium", 0.0, 1.0, 0.0,
            "share of the employer's premiums paid for three years after hiring a hard-to-employ person 吸纳困难人员社保补贴", "support",
            "level"),
    Control("registration_outreach", "visits a year", 0.0, 1e6, 0.0,
            "visits to the unemployed that invite them to register 失业登记上门服务", "support", split="working_age"),
    Control("published_posts", "posts a year", 0.0, 1e7, 0.0,
            "posts collected and published on the public platform 岗位归集发布", "market", split="working_age"),
    Control("startup_subsidy", "yuan once", 0.0, 1e5, 0.0,
            "paid once to first-time founders 一次性创业补贴", "startups", "level"),
    Control("startup_job_subsidy", "yuan a job", 0.0, 3e4, 0.0,
            "paid to start-ups for each job 带动就业补贴", "startups", "level"),
    Control("rural_founder_support", "founders a year", 0.0, 1e5, 0.0,
            "founders among rural people and returned migrants who are helped to start 返乡创业扶持", "startups", split="working_age"),
    Control("graduate_founder_support", "founders a year", 0.0, 1e5, 0.0,
            "founders among graduates who are helped to start 大学生创业扶持", "startups", split="working_age"),
    Control("incubator_places", "firms hosted", 0.0, 1e5, 0.0,
            "places for young firms in incubators 创业孵化载体场地", "incubators", "level", split="working_age"),
    Control("labour_export_service", "workers a year", 0.0, 1e6, 0.0,
            "rural workers for whom organised export finds a place elsewhere 有组织劳务输出", "transfer", split="farm"),
    Control("gig_markets", "sites", 0.0, 2000.0, 0.0,
            "market sites for casual work in use 零工市场", "gig", "level", split="working_age"),
    Control("rural_transfer_service", "workers a year", 0.0, 1e6, 0.0,
            "rural workers to whom the employment service offers a placement 农村劳动力转移服务", "transfer", split="farm"),
    Control("graduate_living_subsidy_bachelor", "yuan a month", 0.0, 5000.0, 0.0,
            "living subsidy to an arriving graduate for three years 高校毕业生生活补贴", "graduates", "level"),
    Control("campus_tours", "tours a year", 0.0, 500.0, 0.0,
            "recruiting tours to universities elsewhere 校园引才活动", "graduates"),
    Control("talent_apartments", "units", 0.0, 1e6, 0.0,
            "talent apartments in use 人才公寓", "graduates", "level", "working_age"),
    Control("graduate_living_subsidy_junior_college", "yuan a month", 0.0, 5000.0, 0.0,
            "the same to a graduate of a junior college 大专", "graduates", "level"),
    Control("graduate_living_subsidy_master", "yuan a month", 0.0, 8000.0, 0.0, "the same to a master 硕士", "graduates", "level"),
    Control("graduate_living_subsidy_doctor", "yuan a month", 0.0, 15000.0, 0.0, "the same to a doctor 博士", "graduates", "level"),
    Control("home_purchase_grant_bachelor", "yuan", 0.0, 2e5, 0.0,
            "grant to a bachelor who buys a home 购房补贴", "graduates", "level"),
    Control("home_purchase_grant_master", "yuan", 0.0, 5e5, 0.0, "the same to a master", "graduates", "level"),
    Control("home_purchase_grant_doctor", "yuan", 0.0, 2e6, 0.0, "the same to a doctor", "graduates", "level"),
    Control("talent_stations", "stations", 0.0, 200.0, 0.0,
            "talent stations that the city keeps at universities elsewhere 人才工作站", "graduates", "level"),
    Control("neighbours_match", "share", 0.0, 1.0, 0.0,
            "how far other cities match a change of this city's talent policy: 0 held fixed, 1 fully matched (an assumption)",
            "graduates", "level"),
    Control("programme_start", "share of what falls due", 0.0, 1.0, 0.0,
            "share of the plan's building programmes 建设项目 that are put in hand", "programmes", "level"),
    Control("hukou_months", "months", 0.0, 120.0, 12.0,
            "months of insured work in the present job that the city asks for before 落户", "migration", "level"),
    Control("hukou_months_graduates", "months", 0.0, 120.0, 12.0,
            "the same for those with college 人才落户", "migration", "level"),
    Control("mediators", "ratio to the staff before the plan", 0.25, 4.0, 1.0,
            "mediators of disputes 专兼职调解员", "tribunal", "level"),
    Control("arbitrators", "ratio to the staff before the plan", 0.25, 4.0, 1.0,
            "arbitrators and clerks of the court 仲裁员、书记员", "tribunal", "level"),
    Control("inspectors", "ratio to the staff before the plan", 0.25, 4.0, 1.0,
            "labour inspectors 劳动保障监察员", "tribunal", "level"),
    Control("ecard_drive", "ratio to the effort before the plan", 0.0, 10.0, 1.0,
            "effort in bringing the electronic card to people at counters, schools and firms 电子社保卡推广", "cards", "level"),
    Control("online_services", "share of requests", 0.0, 1.0, 0.6,
            "share of the bureau's services that can be had online 网上可办率", "counters", "level"),
    Control("counter_staff", "ratio to the staff before the plan", 0.25, 4.0, 1.0,
            "staff at the bureau's counters 窗口人员", "counters", "level"),
    Control("postdoc_station_grant", "yuan", 0.0, 5e5, 0.0,
            "research grant to a postdoc after a year in a station 在站科研补助", "talents", "level"),
    Control("postdoc_settling_grant", "yuan a year", 0.0, 5e5, 0.0,
            "grant for three years to a postdoc who stays 出站留任补助", "talents", "level"),
    Control("high_level_programme", "yuan a year", 0.0, 5e9, 0.0,
            "money of the programme for high-level talent 高层次人才专项", "talents", "year", "working_age"),
))
