"""Numbers that states give people and firms: their forms, checksums and made-up samples."""

from deid.detectors.engine.pattern import Rule
from deid.detectors.numbers import checksums as check
from deid.detectors.numbers.checksums import Check, stdnum
from deid.detectors.numbers.numbers import Identifier, alone_rules, labelled_rules, near_rule
from deid.lexicon import Lexicon


def _n(  # noqa: PLR0917 a row of the tables below
    name: str, form: str, sample: str, check: Check | None = None, alone: float = 0, label: str = "NATIONAL_ID"
) -> Identifier:
    return Identifier(name, label, form, sample, check, alone)


def _t(name: str, form: str, sample: str, check: Check | None = None, alone: float = 0) -> Identifier:
    return Identifier(name, "TAX_ID", form, sample, check, alone)


def _h(name: str, form: str, sample: str, check: Check | None = None, alone: float = 0) -> Identifier:
    return Identifier(name, "HEALTH_PLAN_NUMBER", form, sample, check, alone)


_EU_VAT = (
    r"(?:at ?u\d{8}|be ?[01]\d{9}|bg ?\d{9,10}|cy ?\d{8}[a-z]|cz ?\d{8,10}|de ?\d{9}|dk ?\d{8}|ee ?\d{9}|el ?\d{9}|"
    r"es ?[a-z0-9]\d{7}[a-z0-9]|fi ?\d{8}|fr ?[a-z0-9]{2} ?\d{9}|hr ?\d{11}|hu ?\d{8}|ie ?\d[a-z0-9+*]\d{5}[a-z]{1,2}|"
    r"it ?\d{11}|lt ?(?:\d{12}|\d{9})|lu ?\d{8}|lv ?\d{11}|mt ?\d{8}|nl ?\d{9}b\d{2}|pl ?\d{10}|pt ?\d{9}|ro ?\d{2,10}|"
    r"se ?\d{12}|si ?\d{8}|sk ?\d{10}|gb ?\d{3} ?\d{4} ?\d{2}(?: ?\d{3})?|che[- ]?\d{3}\.?\d{3}\.?\d{3})"
)
_MBI_LETTER = "[ac-hj-kmnp-rt-y]"
_MBI = rf"[1-9]{_MBI_LETTER}[ac-hj-kmnp-rt-y0-9]\d-?{_MBI_LETTER}[ac-hj-kmnp-rt-y0-9]\d-?{_MBI_LETTER}{{2}}\d{{2}}"
_NINO = r"(?!bg|gb|kn|nk|nt|tn|zz)[a-ceghj-prstw-z][a-ceghj-npr-tw-z][ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[a-d]"
_NIR = r"[1278] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[ab]) ?\d{3} ?\d{3} ?\d{2}"

AMERICAS = (
    _n("us_ssn", r"\d{3}-\d{2}-\d{4}", "###-##-####", None, 0.9, label="US_SSN"),
    _n("us_ssn", r"\d{3} \d{2} \d{4}", "1## 4# 61##", check.us_ssn, 0.5, label="US_SSN"),
    _n("us_ssn", r"[*x•#]{3}[- ][*x•#]{2}[- ]\d{4}", "XXX-XX-####", None, 0.75, label="US_SSN"),
    _n("us_ssn", r"\d{9}", "#########", stdnum("us.ssn"), label="US_SSN"),
    _n("us_itin", r"9\d{2}-\d{2}-\d{4}", "9##-7#-####", stdnum("us.itin"), 0.9, label="US_ITIN"),
    _n("us_itin", r"9\d{8}", "9##7#####", stdnum("us.itin"), label="US_ITIN"),
    _t("us_ein", r"\d{2}-\d{7}", "##-#######", stdnum("us.ein"), 0.3),
    _n("us_npi", r"[12]\d{9}", "1#########", check.npi, label="MEDICAL_LICENSE"),
    _n("us_dea", r"[abcdefghjklmprstux][a-z9]\d{7}", "B~#######", check.dea, 0.5, label="MEDICAL_LICENSE"),
    _h("us_mbi", _MBI, "1EG4-TE5-MK7#", None, 0.9),
    _n("ca_sin", r"\d{3}-\d{3}-\d{3}", "###-###-###", stdnum("ca.sin"), 0.5),
    _n("ca_sin", r"\d{3} ?\d{3} ?\d{3}", "### ### ###", stdnum("ca.sin")),
    _h("ca_health", r"\d{4}[ -]?\d{3}[ -]?\d{3}(?:[ -]?[a-z]{2})?", "####-###-###"),
    _h("ca_ramq", r"[a-z]{4}[ -]?\d{4}[ -]?\d{4}", "~~~~ #### ####"),
    _n("mx_curp", r"[a-z]{4}\d{6}[hmx][a-z]{5}[a-z0-9]\d", "BOXW{ymd}MNENRL##", stdnum("mx.curp"), 0.9),
    _t("mx_rfc", r"[a-zñ&]{3,4}-?\d{6}-?[a-z0-9]{2}[a0-9]", "VECJ{ymd}###", stdnum("mx.rfc"), 0.75),
    _h("mx_nss", r"\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{4}[ -]?\d", "###########", check.luhn),
    _t("br_cpf", r"\d{3}\.\d{3}\.\d{3}-\d{2}", "###.###.###-##", stdnum("br.cpf"), 0.9),
    _t("br_cpf", r"\d{11}", "###########", stdnum("br.cpf"), 0.3),
    _t("br_cnpj", r"\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}", "##.###.###/0001-##", stdnum("br.cnpj"), 0.9),
    _t("br_cnpj", r"\d{14}", "########0001##", stdnum("br.cnpj"), 0.3),
    _n("br_rg", r"\d{1,2}\.?\d{3}\.?\d{3}-?[\dx]", "##.###.###-#"),
    _n("cl_rut", r"\d{1,2}\.\d{3}\.\d{3}-[\dk]", "1#.###.###-#", stdnum("cl.rut"), 0.9),
    _n("cl_rut", r"\d{7,8}-?[\dk]", "1#######-#", stdnum("cl.rut"), 0.3),
    _t("ar_cuit", r"(?:2[03-7]|3[034])-\d{8}-\d", "20-########-#", stdnum("ar.cuit"), 0.9),
    _t("ar_cuit", r"(?:2[03-7]|3[034])\d{9}", "20#########", stdnum("ar.cuit"), 0.3),
    _n("ar_dni", r"\d{1,2}\.?\d{3}\.?\d{3}", "2#.###.###"),
    _n("co_cedula", r"\d{1,3}(?:\.\d{3}){2,3}|\d{6,10}", "1.###.###.###"),
    _t("co_nit", r"\d{3}\.?\d{3}\.?\d{3}-?\d", "###.###.###-#", stdnum("co.nit")),
    _n("ec_ci", r"\d{9}-?\d", "17########", stdnum("ec.ci")),
    _n("uy_cedula", r"\d\.\d{3}\.\d{3}-\d", "#.###.###-#", check.uy_cedula, 0.9),
    _n("uy_cedula", r"\d{6,7}-?\d", "#######-#", check.uy_cedula),
    _n("pe_dni", r"\d{8}(?:-?[a-z0-9])?", "########"),
    _t("pe_ruc", r"(?:10|15|17|20)\d{9}", "10#########", stdnum("pe.ruc")),
    _t("ve_rif", r"[vejpg]-?\d{8}-?\d", "V-########-#", stdnum("ve.rif"), 0.5),
    _n("ve_cedula", r"[ve]-? ?\d{1,2}\.?\d{3}\.?\d{3}", "V-##.###.###"),
    _n("do_cedula", r"\d{3}-\d{7}-\d", "001-#######-#", stdnum("do.cedula"), 0.9),
    _n("do_cedula", r"\d{11}", "001########", stdnum("do.cedula")),
    _n("cr_cedula", r"\d-\d{4}-\d{4}|\d{9}", "1-0###-0###"),
    _t("gt_nit", r"\d{5,8}-?[\dk]", "#######-#", stdnum("gt.nit")),
    _n("cu_ni", r"\d{11}", "{ymd}#####", stdnum("cu.ni")),
)

WESTERN_EUROPE = (
    _n("gb_nino", _NINO, "AB######C", None, 0.9),
    _n("gb_nino", r"[a-z]{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}(?:[ -]?[a-d])?", "QQ######C"),
    _n("gb_nhs", r"\d{3}[ -]?\d{3}[ -]?\d{4}", "### ### ####", stdnum("gb.nhs"), label="UK_NHS"),
    _t("gb_utr", r"\d{5} ?\d{5}", "##########", stdnum("gb.utr")),
    _n("ie_pps", r"\d{7}[a-w][a-iw]?", "#######~", stdnum("ie.pps"), 0.5),
    _n("fr_nir", _NIR, "1 84 12 76 451 089 ##", stdnum("fr.nir"), 0.9),
    _t("fr_nif", r"[0-3]\d \d{2} \d{3} \d{3} \d{3}|[0-3]\d{12}", "0############", stdnum("fr.nif")),
    _t("fr_siret", r"\d{3} ?\d{3} ?\d{3} ?\d{5}", "### ### ### 000##", stdnum("fr.siret")),
    _t("fr_siren", r"\d{3} ?\d{3} ?\d{3}", "### ### ###", stdnum("fr.siren")),
    _t("de_idnr", r"\d{2} ?\d{3} ?\d{3} ?\d{3}", "36 574 261 80#", stdnum("de.idnr")),
    _t("de_stnr", r"\d{2,3}[ /]?\d{3,4}[ /]?\d{4,5}", "181/815/0815#", stdnum("de.stnr")),
    _n("de_card", r"[cfghjklmnprtvwxyz\d][cfghjklmnprtvwxyz\d]{8}\d?d?", "L01X00T4##", check.de_card),
    _n("de_rvnr", r"\d{2} ?\d{6} ?[a-z] ?\d{3}", "65 {dmy} J ###", check.de_rvnr, 0.9),
    _h("de_kvnr", r"[a-z] ?\d{3} ?\d{3} ?\d{3}", "A#########", check.de_kvnr, 0.3),
    _n("at_vnr", r"[1-9]\d{3}[ -]?\d{6}", "1### {dmy}", stdnum("at.vnr")),
    _n("ch_ahv", r"756\.\d{4}\.\d{4}\.\d{2}", "756.####.####.##", stdnum("ch.ssn"), 0.9),
    _n("ch_ahv", r"756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}", "756##########", stdnum("ch.ssn"), 0.75),
    _n("be_nn", r"\d{2}\.\d{2}\.\d{2}[- ]\d{3}[.-]\d{2}", "85.07.30-0##.##", stdnum("be.nn"), 0.9),
    _n("be_nn", r"\d{6}[ -]?\d{3}[ -]?\d{2}", "850730-0##-##", stdnum("be.nn"), 0.3),
    _n("nl_bsn", r"\d{4}[. ]?\d{2}[. ]?\d{2,3}", "#########", stdnum("nl.bsn")),
    _n("lu_id", r"(?:19|20)\d{2} ?\d{4} ?\d{5}", "1987{md}#####"),
    _n("es_dni", r"\d{2}\.?\d{3}\.?\d{3}[ -]?[a-hj-np-tv-z]", "########~", stdnum("es.dni"), 0.9),
    _n("es_nie", r"[xyz][ -]?\d{7}[ -]?[a-hj-np-tv-z]", "X#######~", stdnum("es.nie"), 0.9),
    _t("es_cif", r"[abcdefghjnpqrsuvw][ -]?\d{7}[ -]?[\da-j]", "B########", stdnum("es.cif"), 0.5),
    _n("es_nss", r"\d{2}[ /-]\d{7,8}[ /-]\d{2}", "28/########/##", check.es_nss, 0.9),
    _n("es_nss", r"\d{12}", "28##########", check.es_nss, 0.3),
    _n("pt_cc", r"\d{8} ?\d ?[a-z\d]{2}\d", "######## # ZZ#", stdnum("pt.cc"), 0.5),
    _t("pt_nif", r"[1-9]\d{2} ?\d{3} ?\d{3}", "2########", stdnum("pt.nif")),
    _n(
        "it_cf",
        r"[a-z]{6}[\dl-nu-v]{2}[abcdehlmprst][\dl-nu-v]{2}[a-z][\dl-nu-v]{3}[a-z]",
        "RCCMNL83S18D969~",
        stdnum("it.codicefiscale"),
        0.9,
    ),
    _t("it_iva", r"\d{11}", "###########", stdnum("it.iva")),
    _n("gr_amka", r"\d{11}", "{dmy}#####", stdnum("gr.amka")),
    _t("gr_afm", r"\d{9}", "#########", stdnum("gr.vat")),
    _n("mt_id", r"\d{3,7}[mglahbpz]", "0######M"),
    _t("eu_vat", _EU_VAT, "DE136695976", stdnum("eu.vat")),
)

NORTHERN_AND_EASTERN_EUROPE = (
    _n("se_personnummer", r"(?:(?:19|20)\d{6}[-+]?|\d{6}[-+])\d{4}", "{ymd}-####", stdnum("se.personnummer"), 0.9),
    _n("se_personnummer", r"\d{10}", "{ymd}####", stdnum("se.personnummer")),
    _n("dk_cpr", r"\d{6}-\d{4}", "{dmy}-1###", stdnum("dk.cpr"), 0.5),
    _n("dk_cpr", r"\d{6} ?\d{4}", "{dmy}1###", stdnum("dk.cpr")),
    _n("no_fnr", r"\d{6}[ -]?\d{5}", "{dmy}3####", stdnum("no.fodselsnummer"), 0.75),
    _n("fi_hetu", r"\d{6}[-+a-fu-y]\d{3}[\da-fhj-np-y]", "{dmy}-###~", stdnum("fi.hetu"), 0.9),
    _n("is_kennitala", r"\d{6}-\d{4}", "{dmy}-###9", stdnum("is_.kennitala"), 0.75),
    _n("is_kennitala", r"\d{10}", "{dmy}###9", stdnum("is_.kennitala")),
    _n("ee_ik", r"[1-6]\d{10}", "3{ymd}####", stdnum("ee.ik")),
    _n("lt_asmens", r"[1-6]\d{10}", "3{ymd}####", stdnum("lt.asmens")),
    _n("lv_pk", r"\d{6}-\d{5}", "{dmy}-1####", check.lv_code, 0.75),
    _n("lv_pk", r"\d{11}", "{dmy}1####", check.lv_code),
    _n("pl_pesel", r"\d{11}", "{ymd}#####", stdnum("pl.pesel"), 0.5),
    _t("pl_nip", r"\d{3}-?\d{3}-?\d{2}-?\d{2}|\d{3}-\d{2}-\d{2}-\d{3}", "###-###-##-##", stdnum("pl.nip")),
    _t("pl_regon", r"\d{9}(?:\d{5})?", "#########", stdnum("pl.regon")),
    _n("pl_dowod", r"[a-z]{3} ?\d{6}", "ABC######"),
    _n("cz_rc", r"\d{6}/\d{4}", "{ymd}/####", stdnum("cz.rc"), 0.9),
    _n("cz_rc", r"\d{6}/?\d{3,4}", "{ymd}####", stdnum("cz.rc")),
    _n("hu_taj", r"\d{3}[ -]?\d{3}[ -]?\d{3}", "### ### ###", check.hu_taj),
    _n("hu_szemelyi", r"[1-8][ -]\d{6}[ -]\d{4}", "1-{ymd}-####", None, 0.5),
    _t("hu_ado", r"8\d{9}|\d{8}-\d-\d{2}", "8#########"),
    _n("ro_cnp", r"[1-9]\d{12}", "1{ymd}40####", stdnum("ro.cnp"), 0.9),
    _n("bg_egn", r"\d{10}", "{ymd}####", stdnum("bg.egn")),
    _n("jmbg", r"\d{13}", "{dmyyy}71####", stdnum("si.emso"), 0.5),
    _n("hr_oib", r"\d{11}", "###########", stdnum("hr.oib")),
    _n("al_nid", r"[a-t]\d{8}[a-w]", "J########N", stdnum("al.nipt")),
    _n("md_idnp", r"[02]\d{12}", "2############"),
    _n("ua_rntrc", r"\d{10}", "##########", stdnum("ua.rntrc")),
    _t("ru_inn", r"\d{10}(?:\d{2})?", "############", stdnum("ru.inn")),
    _n("ru_snils", r"\d{3}-\d{3}-\d{3}[ -]\d{2}", "###-###-### ##", check.ru_snils, 0.9),
    _n("ru_passport", r"\d{2} ?\d{2} ?\d{6}", "45 ## ######"),
)

ELSEWHERE = (
    _n("tr_tckn", r"[1-9]\d{10}", "###########", stdnum("tr.tckimlik"), 0.5),
    _n("il_id", r"\d{8}-?\d", "#########", stdnum("il.idnr")),
    _n("eg_id", r"[23]\d{13}", "2{ymd}01#####"),
    _n("za_id", r"\d{6} ?\d{4} ?[01]\d{2}", "{ymd}####08#", stdnum("za.idnr"), 0.75),
    _n("ng_nin", r"\d{11}|\d{4}-\d{3}-\d{4}", "###########"),
    _t("ke_pin", r"[ap]\d{9}[a-z]", "A#########Z", stdnum("ke.pin")),
    _n("gh_card", r"gha-\d{9}-\d", "GHA-#########-#", None, 0.9),
    _n("in_aadhaar", r"[2-9]\d{3} \d{4} \d{4}", "2### #### ####", stdnum("in_.aadhaar"), 0.5),
    _n("in_aadhaar", r"[2-9]\d{3}-?\d{4}-?\d{4}", "2###########", stdnum("in_.aadhaar"), 0.3),
    _n("in_aadhaar", r"[x*]{4}[- ][x*]{4}[- ]\d{4}", "XXXX XXXX ####", None, 0.5),
    _t("in_pan", r"[a-z]{3}[abcfghjlpt][a-z]\d{4}[a-z]", "~~~P~####~", stdnum("in_.pan"), 0.75),
    _t("in_pan", r"[a-z]{5}\d{4}[a-z]", "ABCDE####F", None, 0.5),
    _n("in_voter", r"[a-z]{3}\d{7}", "~~~#######", stdnum("in_.epic")),
    _t("in_gstin", r"[0-3]\d[a-z]{5}\d{4}[a-z][\da-z]z[\da-z]", "27AAPFU0939F1Z~", stdnum("in_.gstin"), 0.9),
    _n("pk_cnic", r"\d{5}-\d{7}-\d", "35201-#######-#", stdnum("pk.cnic"), 0.9),
    _n("pk_cnic", r"\d{13}", "35201########", stdnum("pk.cnic")),
    _n("bd_nid", r"\d{10}|\d{13}|\d{17}", "#############"),
    _n("lk_nic", r"\d{9}[vx]|\d{12}", "85#######V"),
    _n("sg_nric", r"[stfgm]\d{7}[a-z]", "S#######~", None, 0.75),
    _n("my_nric", r"\d{6}-\d{2}-\d{4}", "{ymd}-14-####", stdnum("my.nric"), 0.9),
    _n("my_nric", r"\d{12}", "{ymd}14####", stdnum("my.nric")),
    _n("id_nik", r"\d{16}", "317305{dmy}0###", stdnum("id.nik")),
    _t("id_npwp", r"\d{2}\.\d{3}\.\d{3}\.\d-\d{3}\.\d{3}", "##.###.###.#-###.000", None, 0.9),
    _n("th_pin", r"\d-\d{4}-\d{5}-\d{2}-\d", "1-####-#####-##-#", stdnum("th.pin"), 0.9),
    _n("th_pin", r"[1-8][ ]?\d{4}[ ]?\d{5}[ ]?\d{2}[ ]?\d", "1############", stdnum("th.pin")),
    _n("vn_cccd", r"0\d{11}|\d{9}", "001#########"),
    _n("ph_id", r"\d{2}-\d{7}-\d|\d{4}-\d{4}-\d{4}(?:-\d{4})?|\d{3}-\d{3}-\d{3}(?:-\d{3})?", "##-#######-#"),
    _n("hk_id", r"[a-z]{1,2}\d{6} ?\([\da]\)", "A######(#)", check.hk_id, 0.9),
    _n("hk_id", r"[a-z]{1,2}\d{6}[\da]", "A#######", check.hk_id),
    _n("tw_id", r"[a-z][1289]\d{8}", "A1########", check.tw_id, 0.5),
    _n("cn_id", r"[1-9]\d{16}[\dx]", "110101{Ymd}###X", stdnum("cn.ric"), 0.9),
    _n("kr_rrn", r"\d{6}-[1-8]\d{6}", "{ymd}-1######", None, 0.75),
    _n("kr_rrn", r"\d{6}[1-8]\d{6}", "{ymd}1######", stdnum("kr.rrn")),
    _n("jp_mynumber", r"\d{4}[ -]?\d{4}[ -]?\d{4}", "#### #### ####", stdnum("jp.in_")),
    _t("au_tfn", r"\d{3}[ -]?\d{3}[ -]?\d{2,3}", "### ### ###", stdnum("au.tfn")),
    _t("au_abn", r"\d{2} ?\d{3} ?\d{3} ?\d{3}", "## ### ### ###", stdnum("au.abn")),
    _t("au_acn", r"\d{3} ?\d{3} ?\d{3}", "### ### ###", stdnum("au.acn")),
    _h("au_medicare", r"[2-6]\d{3}[ -]?\d{5}[ -]?\d(?:[ /-]?\d)?", "2### ##### #", check.au_medicare),
    _t("nz_ird", r"\d{2,3}[ -]?\d{3}[ -]?\d{3}", "4#-###-###", stdnum("nz.ird")),
    _h("nz_nhi", r"[a-hj-np-z]{3}(?:\d{4}|\d{2}[a-hj-np-z]{2})", "ZAC####", check.nz_nhi),
)

IDENTIFIERS = (*AMERICAS, *WESTERN_EUROPE, *NORTHERN_AND_EASTERN_EUROPE, *ELSEWHERE)
"""All kinds that tamis knows."""


def national_rules(lexicon: Lexicon) -> tuple[Rule, ...]:
    """Return the rules for all kinds: by form and checksum alone, by checksum and context, by the word before them."""
    with_words = [(i, lexicon.get(i.name, ()), lexicon.get(f"{i.name}_weak", ())) for i in IDENTIFIERS]
    return (
        *alone_rules(IDENTIFIERS),
        *(near_rule(kind, (*sure, *weak)) for kind, sure, weak in with_words if kind.check and (sure or weak)),
        *labelled_rules(((kind.label, kind.form, sure) for kind, sure, _ in with_words if sure), lexicon["link"]),
    )
