"""Codes of the person columns. Kernels compare with these module constants, which never change in a run."""

from __future__ import annotations

# state: what a person does. Every row is in exactly one state.
GONE, CHILD, STUDENT, FARM, EMPLOYED, FLEXIBLE, OWNER, UNEMPLOYED, INACTIVE, RETIRED, AWAY = range(11)
STATE_NAMES = ("gone 空行", "child 少儿", "student 在校", "farm 务农", "employed 受雇", "flexible 灵活就业", "owner 自主创业",
               "unemployed 失业", "inactive 非劳动力", "retired 退休", "away 户籍在本地、人在外地")

# traits: bits that rarely change
FEMALE, OUTSIDER, RURAL, LAND_TAKEN, CADRE, NONFARM_BEFORE, TRAINED, STUDIES_AWAY = (1 << b for b in range(8))

# scheme: pension membership in the two low bits, then one bit each
PENSION_KIND = 3
NO_PENSION, RESIDENT_SCHEME, EMPLOYEE_SCHEME, CIVIL_SCHEME = range(4)
UI, INJURY, PAYING, REGISTERED, COUNTED, LAID_OFF = (1 << b for b in range(2, 8))

# schooling: highest level of education attended or finished (as the census counts) in the low bits, field of study above, then one mark
SCHOOLING = 7
PRIMARY, JUNIOR_SECONDARY, SENIOR_SECONDARY, JUNIOR_COLLEGE, BACHELOR, MASTER, DOCTOR = range(7)
FIELD_SHIFT, FIELD = 3, 15 << 3
NO_FIELD, ENGINEERING, COMPUTING, BUSINESS, HEALTH, EDUCATION, HUMANITIES, SCIENCE = range(8)
OTHER_TALENT = 1 << 7           # counted as talent 人才 for what stands in no other column (党政、经营管理、农村实用、社会工作)

# skill: grade 0 none, 1 初级工 … 5 高级技师 in the low bits; title 0 none, 1 初级, 2 中级, 3 高级; years until the next sitting above
GRADE = 7
NO_GRADE, JUNIOR_WORKER, MIDDLE_WORKER, SENIOR_WORKER, TECHNICIAN, SENIOR_TECHNICIAN = range(6)
TITLE_SHIFT, TITLE = 3, 3 << 3
NO_TITLE, JUNIOR_TITLE, MIDDLE_TITLE, SENIOR_TITLE = range(4)
WAIT_SHIFT, WAIT = 5, 7 << 5

# course: months left in the low four bits, kind above; a technical-school student carries the kind without months
MONTHS_LEFT = 15
KIND_SHIFT, KIND = 4, 7 << 4
SHORT_COURSE, GRADE_COURSE, APPRENTICESHIP, TECHNICAL_SCHOOL = (k << KIND_SHIFT for k in range(1, 5))
IN_STOCK = 1 << 7               # counted as highly skilled 高技能 when last month closed

DRAWS_RESIDENT = 128            # of resident_years: draws the resident pension
CLAIMED = 1 << 15               # of ui_paid: a benefit has been drawn on these months; the next insured month counts anew

NOBODY = -1                     # firm of a person without an employer

# ownership of a firm
PRIVATE, FOREIGN, STATE_ORGAN, PUBLIC_UNIT = range(4)

# visits of a firm by the enrolment drive, whether its workers are insured by project 按项目参保 this month, and inspection this month
VISITED, VISITED_THIS_YEAR, VISITED_NOW, SITE, INSPECTED_NOW = 1, 2, 4, 8, 16

# origin of a firm
STARTUP, INCUBATED, HOSTED = 1, 2, 4

# marks: why a person is without work, in the three low bits (kept while unemployed), then one bit a mark of a programme
CAUSE = 7
NO_CAUSE, BY_LAYOFF, BY_QUIT, BY_CONTRACT, BY_CLOSURE, BY_ENTRY, BY_MOVE, BY_BUSINESS = range(8)
CAUSE_NAMES = ("none", "laid off 被裁", "quit 辞职", "contract ended 合同到期", "firm closed 企业关闭", "first or renewed search 新进入",
               "arrived or came home 流动而来", "gave up a business 停业")
WELFARE_POST, TRAINEE, SUBSIDISED, GUIDED, BACKED = (1 << b for b in range(3, 8))
COVERED = 1 << 8                # in the employee pension through an employer when last month closed
COMMUTES = 1 << 9           # works in another area than she lives in
EVERY_MARK = 65535

# note: what the person does in this month's market; cleared when the month ends
QUIET, SEARCHING, FARM_SEARCHING, JUST_HIRED, GAVE_BIRTH, FOUNDING, FOUNDED, MOVING = range(8)
RETIRING, SWITCHING = 14, 15      # this month a pension begins, or the member goes over to the resident scheme

# card: what of the social-security card a person holds
CARD, E_CARD = 1, 2
