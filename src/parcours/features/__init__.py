"""Rooms: what people see, one package each, none importing another."""

from parcours.features.account.by_link import router as account_links
from parcours.features.account.mine import router as my_account
from parcours.features.account.routes import router as account
from parcours.features.agenda.feed import router as agenda_feed
from parcours.features.agenda.links import router as agenda_links
from parcours.features.agenda.routes import router as agenda
from parcours.features.agreements.progress import router as agreement_progress
from parcours.features.agreements.routes import router as agreements
from parcours.features.alerts.measuring import router as alerts_measure
from parcours.features.alerts.routes import router as alerts
from parcours.features.alerts.settling import router as alert_thresholds
from parcours.features.attendance.certificates import router as certificates
from parcours.features.attendance.papers import router as attendance_papers
from parcours.features.attendance.routes import router as attendance
from parcours.features.attendance.signing import router as attendance_signing
from parcours.features.attendance.week import router as attendance_week
from parcours.features.closing.routes import router as closing
from parcours.features.cohorts.calendar import router as cohort_calendar
from parcours.features.cohorts.routes import router as cohorts
from parcours.features.coverage.allocating import router as coverage_allocations
from parcours.features.coverage.calendar import router as coverage_calendar
from parcours.features.coverage.routes import router as coverage
from parcours.features.curricula.aims import router as curriculum_aims
from parcours.features.curricula.routes import router as curricula
from parcours.features.entries.routes import router as entries
from parcours.features.entries.sheet import router as entry_sheet
from parcours.features.equipment.routes import router as equipment
from parcours.features.fairness.routes import router as fairness
from parcours.features.figures.routes import router as figures
from parcours.features.finder.routes import router as finder
from parcours.features.home.routes import router as home
from parcours.features.hours.routes import router as hours
from parcours.features.immersions.assessing import router as immersion_assessing
from parcours.features.immersions.by_link import router as immersion_links
from parcours.features.immersions.routes import router as immersions
from parcours.features.imports.routes import router as imports
from parcours.features.introductions.acts import router as introduction_acts
from parcours.features.introductions.by_link import router as introduction_links
from parcours.features.introductions.delays import router as introduction_delays
from parcours.features.introductions.papers import router as introduction_papers
from parcours.features.introductions.routes import router as introductions
from parcours.features.learners.routes import router as learners
from parcours.features.matching.contests import router as match_contests
from parcours.features.matching.learner import router as learner_needs
from parcours.features.matching.routes import router as matching
from parcours.features.matching.rules import router as match_rules
from parcours.features.matching.sheet import router as match_sheet
from parcours.features.mediation.learner import router as learner_acts
from parcours.features.mediation.routes import router as mediation
from parcours.features.messages.routes import router as messages
from parcours.features.messages.sendings import router as sendings
from parcours.features.needs.acts import router as need_acts
from parcours.features.needs.by_link import router as need_links
from parcours.features.needs.delay import router as need_delay
from parcours.features.needs.employers import router as employers
from parcours.features.needs.routes import router as needs
from parcours.features.outcomes.definitions import router as definitions
from parcours.features.outcomes.follow_ups import router as follow_ups
from parcours.features.outcomes.news import router as exit_news
from parcours.features.outcomes.rates import router as exit_rates
from parcours.features.outcomes.routes import router as outcomes
from parcours.features.papers.routes import router as papers
from parcours.features.partners.charter import router as charter
from parcours.features.partners.map import router as partner_map
from parcours.features.partners.offers import router as partner_offers
from parcours.features.partners.routes import router as partners
from parcours.features.partners.threads import router as partner_threads
from parcours.features.pathways.breaks import router as breaks
from parcours.features.pathways.routes import router as pathways
from parcours.features.pathways.transitions import router as transitions
from parcours.features.privacy.routes import router as privacy
from parcours.features.quality.routes import router as quality
from parcours.features.references.routes import router as references
from parcours.features.relays.acts import router as relay_acts
from parcours.features.relays.by_link import router as relay_links
from parcours.features.relays.delays import router as relay_delays
from parcours.features.relays.routes import router as relays
from parcours.features.selection.candidate import router as one_candidate
from parcours.features.selection.deciding import router as deciding
from parcours.features.selection.routes import router as cohort_candidates
from parcours.features.skills.frameworks import router as frameworks
from parcours.features.skills.juries import router as cohort_juries
from parcours.features.skills.learner import router as learner_skills
from parcours.features.skills.learner_juries import router as learner_juries
from parcours.features.skills.routes import router as cohort_skills
from parcours.features.skills.titles import router as titles
from parcours.features.staff.inviting import router as invitations
from parcours.features.staff.replacing import router as replacements
from parcours.features.staff.routes import router as staff
from parcours.features.staff.unaccompanied import router as unaccompanied
from parcours.features.tasks.routes import router as tasks
from parcours.features.territory.routes import router as territory
from parcours.features.timeline.routes import router as timeline

# The order matters where addresses overlap: /apprenants/nouveau before /apprenants/{id},
# /partenaires/carte before /partenaires/{id}.
ROOMS = (
    account,
    account_links,
    my_account,
    home,
    learners,
    pathways,
    transitions,
    breaks,
    finder,
    alerts_measure,
    alert_thresholds,
    alerts,
    relays,
    relay_acts,
    relay_links,
    needs,
    need_acts,
    need_links,
    introductions,
    introduction_acts,
    introduction_links,
    introduction_papers,
    introduction_delays,
    need_delay,
    employers,
    relay_delays,
    closing,
    immersions,
    immersion_assessing,
    immersion_links,
    tasks,
    agenda,
    agenda_links,
    agenda_feed,
    territory,
    partner_map,
    partner_threads,
    partner_offers,
    partners,
    charter,
    cohorts,
    cohort_calendar,
    cohort_candidates,
    deciding,
    one_candidate,
    cohort_skills,
    cohort_juries,
    learner_skills,
    learner_juries,
    frameworks,
    titles,
    attendance_signing,
    certificates,
    papers,
    attendance_week,
    attendance_papers,
    attendance,
    mediation,
    learner_acts,
    equipment,
    hours,
    curricula,
    curriculum_aims,
    coverage,
    coverage_calendar,
    coverage_allocations,
    exit_rates,
    outcomes,
    exit_news,
    follow_ups,
    definitions,
    privacy,
    entries,
    entry_sheet,
    agreements,
    agreement_progress,
    figures,
    quality,
    imports,
    messages,
    sendings,
    timeline,
    invitations,
    staff,
    unaccompanied,
    replacements,
    matching,
    match_contests,
    learner_needs,
    match_rules,
    match_sheet,
    references,
    fairness,
)
