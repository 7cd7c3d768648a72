"""The counted series: what is tallied each month, in real persons, before any statistic is made of it.

Stocks are counted at the end of the month, flows over the month, money in fen. The order here is the order of the rows of
`City.table`; kernels use the positions.
"""

from __future__ import annotations

from types import SimpleNamespace

STOCKS = (
    "residents", "working_age", "hukou_holders", "away", "outsiders", "college", "students",
    "farm", "employees", "flexible", "owners", "unemployed", "registered", "claimants", "inactive", "retired",
    "ui", "injury", "pension_employee_active", "pension_civil_active", "pension_resident_active", "pension_paid",
    "pension_hukou_members", "firms",
    "skilled", "high_skilled", "technicians", "professional", "professional_middle", "professional_senior", "skilled_professional",
    "grade_ready", "young_force", "talent", "technical_students", "labour_denominator", "talent_denominator",
    "arbitration_open", "arbitration_due_ytd", "arbitration_closed_ytd", "arbitration_on_time_ytd", "mediation_handled_ytd", "mediated_ytd",
    "complaints_closed_ytd", "complaints_on_time_ytd", "card_holders", "ecard_holders", "ecard_residents",
    "requests_rated_ytd", "good_ratings_ytd", "retirees_waiting",
    "hukou_statutory", "premium_payers", "pensioners", "pensioners_civil", "pensioners_resident", "medical_employees",
    "maternity_employees", "incubated_firms", "incubated_staff", "tertiary_employed",
    "insured_by_firms", "insuring_firms", "main_age", "main_age_college", "commuters_in", "commuters_out",
)
FLOWS = (
    "births", "deaths", "hires", "layoffs", "quits", "contract_ends", "job_to_job", "first_registrations", "captured_registrations",
    "natural_attrition",
    "transfers_local", "transfers_out", "startups", "founded_firms", "firm_exits", "graduates_stayed", "graduates_returned",
    "graduates_came", "graduates_counted", "arrivals", "departures", "returns", "vacancies", "seekers", "new_retirees",
    "trained", "helped", "captured_startups", "roster_exits", "settled", "moves_out", "moves_in",
    "trained_at_work", "trained_for_work", "courses_completed", "skill_certificates", "high_certificates", "high_raised", "high_joined",
    "high_left", "titles_awarded", "titles_first", "professional_passes", "professional_certificates", "technical_intake",
    "technical_graduates",
    "disputes", "disputes_dismissal", "disputes_contract", "disputes_arrears", "disputes_injury", "arbitration_accepted",
    "arbitration_closed",
    "graduates_pool", "graduates_signed", "graduates_here", "graduates_at_work", "graduates_here_local", "graduates_at_work_local",
    "graduates_here_unplaced", "graduates_at_work_unplaced",
    "requests",
    "resident_payers", "retired_by_paying_up", "switched_scheme", "refunded_staff",
    "mass_layoffs", "startup_hires", "backed_startups", "reemployed", "trainees", "posts_ended",
    "captured_startup_hires", "startup_trained", "nonfarm_change",
    "insured_first", "insured_again", "insured_lost_job", "insured_dropped", "insured_retired", "insured_gone",
    "drive_visits", "drive_enrolled_small", "drive_enrolled_mid", "drive_enrolled_large",
    "inspection_visits", "complaint_visits", "matching_notices", "inspection_enrolled", "land_taken", "land_into_employee_scheme",
    "land_into_resident_scheme",
)
MONEY = (
    "ui_income_fen", "ui_outgo_fen", "ui_balance_fen", "ui_premium_fen", "ui_benefit_fen", "ui_refund_fen",
    "pension_income_fen", "pension_outgo_fen", "pension_balance_fen", "pension_pool_income_fen", "pension_account_income_fen",
    "pension_late_income_fen", "pension_pool_outgo_fen", "pension_account_outgo_fen", "pension_inherited_fen", "pension_moved_fen",
    "resident_income_fen", "resident_outgo_fen", "resident_balance_fen", "resident_paid_fen", "resident_matched_fen",
    "resident_paid_up_fen",
    "resident_base_outgo_fen", "resident_account_outgo_fen", "resident_inherited_fen", "resident_income_level_fen",
    "injury_income_fen", "injury_outgo_fen", "injury_balance_fen", "injury_premium_fen",
    "declared_base_fen", "account_interest_fen", "minimum_wage_fen", "startup_loans_fen", "land_paid_fen",
)
SERIES = STOCKS + FLOWS + MONEY
S = SimpleNamespace(**{name: i for i, name in enumerate(SERIES)})
