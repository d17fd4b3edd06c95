/* The rooms of the program, lowest floor first: events are handled in this order. */
#include "calendar/calendar.h"
#include "core/core.h"
#include "core/incident.h"
#include "core/login.h"
#include "core/system.h"
#include "demo/demo_build.h"
#include "desk/category.h"
#include "desk/desk.h"
#include "desk/label.h"
#include "secret/secret.h"
#include "spill/spill.h"
#include "document/document.h"
#include "exchange/exchange.h"
#include "module/module.h"
#include "org/org.h"
#include "seal/seal.h"
#include "search/search.h"
#include "stats/stats.h"

const struct room *const rooms[] = {
    &core_room,
    &login_room,
    &incident_room,
    &org_room,
    &calendar_room,
    &module_room,
    &studio_room,
    &tailor_room,
    &desk_due_room,
    &desk_wait_room,
    &desk_begin_room,
    &desk_direct_room,
    &desk_number_room,
    &desk_require_room,
    &desk_effect_room,
    &desk_booking_room,
    &desk_absence_room,
    &desk_thing_room,
    &desk_start_room,
    &desk_item_room,
    &desk_opinion_room, &desk_ink_room,
    &desk_reading_room, &desk_urge_room, &desk_circulate_room,
    &desk_list_room,
    &desk_catalogue_room,
    &desk_studio_room,
    &desk_page_room, &desk_picture_room, &desk_govern_room,
    &desk_register_room,
    &desk_impact_room,
    &desk_simulate_room,
    &desk_incident_room,
    &desk_attachment_room,
    &desk_ofd_room,
    &desk_hand_over_room,
    &desk_reform_room,
    &secret_room,
    &label_room,
    &category_room,
    &spill_room,
    &document_room,
    &document_books_room,
    &document_reform_room,
    &document_solicit_room,
    &document_preview_room,
    &exchange_room,
    &authority_room, &seal_room, &seal_use_room, &seal_check_room,
    &stats_room,
    &search_room,
    &demo_room,
    NULL,
};

void (*const room_stops[])(void) = {
    search_stop,
    doc_preview_stop,
    NULL,
};

const struct answer_part answer_parts[] = {
    { "matter_page", &category_on_page_record },
    { "matter_page", &document_on_page_record },
    { "matter_page", &document_solicit_on_page_record },
    { "matter_page", &exchange_on_page_record },
    { "matter_page", &seal_on_page_record },
    { NULL, NULL },
};
