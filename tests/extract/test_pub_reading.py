"""Hard publications, written for these tests, read as a careful expert would."""
# ruff: noqa: E501  (a made-up abstract reads better unbroken)

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.extract.publications import publication

from mscminer.core.documents import Document
from mscminer.core.facts import Maker
from mscminer.extract.publications.resolve import PublicationReading, publication_facts, read


@dataclass(frozen=True, kw_only=True)
class Case:
    """A document and what must be read from it; fields that are not named are not checked."""

    name: str
    document: Document
    expected: dict[str, Any] = field(default_factory=dict)


def seen(reading: PublicationReading) -> dict[str, Any]:
    """The reading as plain values."""
    outcomes = reading.outcomes
    return {
        "msc": reading.product.msc.value,
        "report": reading.report.report.value,
        "tissue": sorted(reading.origin.tissue),
        "donor": sorted(reading.origin.donor),
        "donor_inferred": sorted(reading.origin.donor_inferred),
        "n": reading.enrolment.n,
        "phase": reading.phase.phase.value if reading.phase.phase else None,
        "randomised": reading.design.randomised.value,
        "controlled": reading.design.controlled.value,
        "blinded": reading.design.blinded.value,
        "efficacy": outcomes.efficacy.value if outcomes else None,
        "safety": outcomes.safety.value if outcomes else None,
    }


CASES = (
    Case(
        name="randomised trial with placebo",
        document=publication(
            "Marrow stromal cells for chronic heart failure: a randomised, double-blind phase II trial",
            ("BACKGROUND", "Adipose-derived cells have been tried in angina. Marrow cells may act differently."),
            (
                "METHODS",
                "We enrolled forty-eight adults and randomised them 2:1 to autologous bone marrow-derived mesenchymal "
                "stromal cells or placebo, injected into the myocardium. The primary endpoint was the six-minute walk.",
            ),
            (
                "RESULTS",
                "Walking distance rose significantly more with cells than with placebo (p = 0.01). "
                "No serious adverse event was related to treatment.",
            ),
            ("CONCLUSIONS", "The cells were safe and improved exercise capacity."),
        ),
        expected={
            "msc": "cells",
            "report": "trial_result",
            "tissue": ["bone_marrow"],
            "donor": ["autologous"],
            "n": 48,
            "phase": "2",
            "randomised": True,
            "controlled": True,
            "blinded": True,
            "efficacy": "positive",
            "safety": "safe",
        },
    ),
    Case(
        name="no significant difference",
        document=publication(
            "Cord mesenchymal stem cells in severe stroke: a controlled trial",
            (
                "METHODS",
                "Thirty-one patients were randomly assigned to umbilical cord MSCs (n = 16) or saline (n = 15).",
            ),
            (
                "RESULTS",
                "The disability score did not differ between the arms at six months (p = 0.71). "
                "Infusions were well tolerated.",
            ),
            ("CONCLUSION", "Cells were safe but gave no significant benefit over saline."),
        ),
        expected={
            "tissue": ["umbilical_cord"],
            "donor": [],
            "donor_inferred": ["allogeneic"],
            "n": 31,
            "efficacy": "no_difference",
            "safety": "safe",
        },
    ),
    Case(
        name="a trend is no difference",
        document=publication(
            "Placenta-derived mesenchymal stromal cells for lung fibrosis, a pilot trial",
            ("METHODS", "Twelve patients received third-party placental MSCs; twelve received vehicle."),
            (
                "RESULTS",
                "There was a trend towards slower decline of vital capacity that was not significant (p = 0.12).",
            ),
            ("CONCLUSION", "No significant effect on lung function was seen."),
        ),
        expected={"tissue": ["placenta"], "donor": ["allogeneic"], "efficacy": "no_difference"},
    ),
    Case(
        name="structure better, function equal",
        document=publication(
            "Cultured marrow mesenchymal stem cells under drilling of the talus: a randomised study",
            (
                "METHODS",
                "Twenty patients were randomised to drilling with autologous bone marrow MSCs or drilling alone.",
            ),
            (
                "RESULTS",
                "Pain and function scores did not differ between groups. The MRI repair score was significantly higher "
                "in the cell group (p = 0.02).",
            ),
            (
                "CONCLUSION",
                "Cells resulted in better cartilage filling on MRI, without a difference in clinical scores.",
            ),
        ),
        expected={"efficacy": "mixed", "safety": "not_reported", "n": 20},
    ),
    Case(
        name="harm",
        document=publication(
            "Adipose-derived mesenchymal stem cells in bronchiolitis: an open-label phase 1 study",
            (
                "METHODS",
                "Nine patients were enrolled and infused with expanded adipose-derived mesenchymal stem cells.",
            ),
            ("RESULTS", "Pulmonary embolism occurred in two patients after the infusion."),
            ("CONCLUSIONS", "Higher rates of thromboembolic complications were seen, and caution is needed."),
        ),
        expected={"safety": "concern", "blinded": False, "n": 9, "phase": "1"},
    ),
    Case(
        name="narrative review",
        document=publication(
            "Mesenchymal stem cells for diabetes: current status and challenges",
            "Mesenchymal stem cells have been given to patients with diabetes in many trials. In this review we discuss "
            "donors, doses and results. In one trial of 61 patients glucose improved.",
        ),
        expected={"msc": "none", "report": "review", "n": None, "efficacy": None, "tissue": []},
    ),
    Case(
        name="systematic review with numbers",
        document=publication(
            "Stromal cell therapy after myocardial infarction: a systematic review and meta-analysis",
            ("METHODS", "PubMed and Embase were searched; 14 randomised trials with 820 patients were included."),
            ("RESULTS", "Ejection fraction improved significantly. No serious adverse events were reported."),
        ),
        expected={"msc": "none", "report": "review", "n": None, "safety": None},
    ),
    Case(
        name="rabbits",
        document=publication(
            "Synovial mesenchymal stem cells repair meniscal tears in rabbits",
            "Tears were made in both knees of 24 rabbits. Allogeneic synovial MSCs were injected into one knee. "
            "Histology was significantly better in treated knees at 12 weeks.",
        ),
        expected={"msc": "none", "report": "preclinical", "n": None, "donor": []},
    ),
    Case(
        name="cells in a dish from patients",
        document=publication(
            "Proliferation and gene expression of mesenchymal stem cells from osteoporotic donors in vitro",
            "Mesenchymal stem cells were isolated and cultured in monolayer. Proliferation, differentiation and mRNA "
            "levels were measured by PCR. Expression of RUNX2 was significantly lower.",
        ),
        expected={"msc": "none", "report": "preclinical"},
    ),
    Case(
        name="protocol",
        document=publication(
            "Wharton's jelly mesenchymal stem cells for knee osteoarthritis: study protocol for a randomised trial",
            ("METHODS", "Sixty patients will be randomised to allogeneic Wharton's jelly MSCs or corticosteroid."),
            ("DISCUSSION", "The results will show whether the cells are effective and safe."),
        ),
        expected={
            "msc": "cells",
            "report": "trial_protocol",
            "tissue": ["wharton_jelly"],
            "donor": ["allogeneic"],
            "n": 60,
            "randomised": True,
            "efficacy": None,
            "safety": None,
        },
    ),
    Case(
        name="follow-up of a trial",
        document=publication(
            "Five-year follow-up of a phase 1 trial of marrow mesenchymal stem cells in spinal cord injury",
            (
                "METHODS",
                "The ten participants of the earlier trial, who had received autologous marrow MSCs, were seen again.",
            ),
            ("RESULTS", "No tumour was found. Sensory scores remained improved in six of ten."),
        ),
        expected={
            "msc": "cells",
            "report": "follow_up",
            "donor": ["autologous"],
            "efficacy": "positive",
            "safety": "safe",
        },
    ),
    Case(
        name="case report",
        document=publication(
            "Dental pulp stem cells in a boy with a jaw cyst",
            "A 12-year-old boy presented with a cyst of the mandible. His own dental pulp stem cells were expanded and "
            "put into the cavity. Bone had healed after six months without complications.",
        ),
        expected={"report": "case_report", "n": 1, "tissue": ["dental"], "efficacy": "positive", "safety": "safe"},
    ),
    Case(
        name="two patients are a case report",
        document=publication(
            "Mesenchymal stromal cells for calciphylaxis: report of two patients",
            "Two women with calciphylaxis were given marrow stromal cells from a healthy donor. Ulcers healed in both.",
        ),
        expected={"report": "case_report", "n": 2, "donor": ["allogeneic"]},
    ),
    Case(
        name="series without control",
        document=publication(
            "Expanded fat-derived mesenchymal stem cells in hip arthritis",
            (
                "METHODS",
                "We retrospectively reviewed 23 consecutive patients (25 hips) injected with autologous adipose-derived MSCs.",
            ),
            ("RESULTS", "Pain scores improved from 7 to 3 (p < 0.001). Two patients had transient swelling."),
        ),
        expected={"report": "case_series", "n": 23, "randomised": False, "controlled": False, "efficacy": "positive"},
    ),
    Case(
        name="retrospective comparison",
        document=publication(
            "Marrow stromal cells versus bone graft for non-union: a retrospective cohort study",
            (
                "METHODS",
                "Eighteen patients treated with cultured marrow stromal cells and 21 patients treated with graft were compared.",
            ),
            ("RESULTS", "Union was faster in the cell group (p = 0.04)."),
        ),
        expected={"report": "cohort", "n": 39, "randomised": False, "controlled": True, "msc": "cells"},
    ),
    Case(
        name="stromal vascular fraction",
        document=publication(
            "Autologous stromal vascular fraction for scleroderma hands, a case series",
            (
                "METHODS",
                "Eight patients received stromal vascular fraction from liposuction, injected into the fingers.",
            ),
            ("RESULTS", "Hand function improved in all."),
        ),
        expected={"msc": "uncultured", "tissue": ["adipose"], "donor": ["autologous"], "n": 8},
    ),
    Case(
        name="marrow concentrate that merely contains stem cells",
        document=publication(
            "Bone marrow aspirate concentrate for ankle cartilage: early results",
            (
                "METHODS",
                "Seventeen patients received marrow concentrate, which contains mesenchymal stem cells, on a scaffold.",
            ),
            ("RESULTS", "Scores improved significantly."),
        ),
        expected={"msc": "uncultured", "tissue": ["bone_marrow"]},
    ),
    Case(
        name="exosomes",
        document=publication(
            "Inhaled exosomes of allogeneic adipose mesenchymal stem cells in pneumonia: a phase 1 trial",
            ("METHODS", "Seven patients inhaled exosomes derived from allogeneic adipose MSCs."),
            ("RESULTS", "No adverse event occurred; the CT score fell in five."),
        ),
        expected={"msc": "derivative", "tissue": ["adipose"], "donor": ["allogeneic"], "n": 7},
    ),
    Case(
        name="chondrocytes, with stem cells only in the background",
        document=publication(
            "Autologous chondrocyte implantation in the ankle",
            ("BACKGROUND", "Mesenchymal stem cells recruited by drilling yield fibrocartilage."),
            ("METHODS", "Thirty-three patients underwent autologous chondrocyte implantation."),
            ("RESULTS", "The ankle score improved from 55 to 82."),
        ),
        expected={"msc": "none", "report": "case_series", "n": 33, "donor": [], "efficacy": None},
    ),
    Case(
        name="a scaffold that recruits the patient's own cells",
        document=publication(
            "A cell-free implant that recruits mesenchymal stem cells: one-year results",
            (
                "METHODS",
                "Fifteen patients received the cell-free scaffold, meant to recruit resident mesenchymal stem cells.",
            ),
            ("RESULTS", "Pain improved."),
        ),
        expected={"msc": "none", "n": 15},
    ),
    Case(
        name="donor words that belong to something else",
        document=publication(
            "Umbilical cord mesenchymal stem cells in autologous serum for dry eye: a pilot study",
            (
                "METHODS",
                "Ten patients after allogeneic haematopoietic transplantation received cord MSCs in autologous serum. "
                "Cells were given with the written consent of each patient.",
            ),
            ("RESULTS", "Tear production increased significantly."),
        ),
        expected={"donor": [], "donor_inferred": ["allogeneic"], "tissue": ["umbilical_cord"], "n": 10},
    ),
    Case(
        name="autologous against allogeneic",
        document=publication(
            "Autologous versus allogeneic marrow mesenchymal stem cells in cardiomyopathy: a randomised comparison",
            (
                "METHODS",
                "Twenty-six patients were randomised to autologous or allogeneic bone marrow mesenchymal stem cells.",
            ),
            ("RESULTS", "Ejection fraction rose in both groups (p < 0.05)."),
            ("CONCLUSION", "Both kinds of cells improved function."),
        ),
        expected={
            "donor": ["allogeneic", "autologous"],
            "controlled": False,
            "randomised": True,
            "efficacy": "positive",
        },
    ),
    Case(
        name="glued sentences without headings",
        document=publication(
            "Stromal cells in facial atrophy",
            "Facial atrophy is hard to treat.The aim was to test expanded fat-derived mesenchymal stem cells.Sixteen "
            "patients were recruited and randomly allocated to fat with cells (n=8) or fat alone (n=8).Volume was kept "
            "significantly better in the cell group at one year (P=.003).No complications were seen.Adding expanded "
            "cells is effective and safe.",
        ),
        expected={"n": 16, "efficacy": "positive", "safety": "safe", "randomised": True, "report": "trial_result"},
    ),
    Case(
        name="headings inside one text, Greek letters and odd dashes",
        document=publication(
            "Wharton\u2019s jelly\u2013derived mesenchymal stem cells in lupus nephritis\u2014a phase I/IIa trial",
            "Background Lupus is driven by TNF\u2010\u03b1 and IFN\u2011\u03b3. Methods Eleven patients received Wharton\u2019s "
            "jelly\u2013derived MSCs (1 \u00d7 10\u2076/kg). Results TNF\u2010\u03b1 fell and remission was reached in seven. No "
            "serious adverse events occurred. Conclusion The cells were safe and effective.",
        ),
        expected={"tissue": ["wharton_jelly"], "phase": "1/2", "n": 11, "efficacy": "positive", "safety": "safe"},
    ),
    Case(
        name="only asked for in the conclusion",
        document=publication(
            "Marrow stromal cells in ataxia: first experience in six patients",
            ("METHODS", "Six patients received intrathecal autologous marrow stromal cells."),
            ("RESULTS", "Gait was stable. No adverse effects were noted."),
            ("CONCLUSION", "A randomised, double-blind, placebo-controlled trial is needed to determine efficacy."),
        ),
        expected={
            "randomised": False,
            "controlled": False,
            "blinded": None,
            "efficacy": "not_reported",
            "safety": "safe",
        },
    ),
    Case(
        name="animals only in the background",
        document=publication(
            "Intravenous mesenchymal stem cells for sepsis: a phase 1 dose-escalation trial",
            ("BACKGROUND", "In mice and sheep, mesenchymal stem cells reduced mortality of sepsis."),
            ("METHODS", "Nine patients in three cohorts received allogeneic bone marrow mesenchymal stem cells."),
            ("RESULTS", "There were no infusion-related adverse events."),
        ),
        expected={"msc": "cells", "report": "trial_result", "n": 9, "efficacy": "not_reported", "phase": "1"},
    ),
    Case(
        name="musculoskeletal complaints are no cells",
        document=publication(
            "Musculoskeletal complaints (MSC) in dentists: a survey",
            "We asked 412 dentists about musculoskeletal complaints (MSC). MSC were treated by exercise in most.",
        ),
        expected={"msc": "none"},
    ),
    Case(
        name="publication types decide",
        document=publication(
            "Mesenchymal stromal cells in Crohn's disease",
            "Mesenchymal stromal cells were infused in patients with Crohn's disease.",
            types=("Journal Article", "Review"),
        ),
        expected={"report": "review", "msc": "none"},
    ),
    Case(
        name="a trial that only calls itself 'this trial'",
        document=publication(
            "Is it worth repeating the infusion? Cord tissue cells in bronchopulmonary dysplasia",
            "In this trial we looked at whether two doses of cord tissue-derived MSC are tolerated by preterm babies. "
            "Six babies born before 27 weeks got 10 million cells per kilogram twice, a week apart. "
            "None had a reaction to the infusion.",
        ),
        expected={"msc": "cells", "report": "trial_result", "tissue": ["umbilical_cord"], "n": 6},
    ),
    Case(
        name="groups with different treatment and no total",
        document=publication(
            "Umbilical cord mesenchymal stem cells in ulcerative colitis",
            "Mesenchymal stem cells (MSCs) are used in many diseases. Thirty-four patients with colitis were included in "
            "group I and given MSCs besides their drugs, and thirty-six patients were in group II and given saline. "
            "A month later 30 patients in group I had responded.",
        ),
        expected={"msc": "cells", "report": "trial_result", "n": 70, "controlled": True},
    ),
    Case(
        name="treated in our hospital",
        document=publication(
            "Marrow mesenchymal stem cells in chronic spinal cord injury: experience in 10 patients",
            "We describe ten patients with chronic cord injury who were treated at our hospital between 2012 and 2015 with "
            "autologous bone marrow MSCs injected into the lesion. Motor power improved in six.",
        ),
        expected={"msc": "cells", "report": "case_series", "n": 10, "donor": ["autologous"], "controlled": False},
    ),
    Case(
        name="retrospective with matched patients",
        document=publication(
            "Adipose MSCs with hyaluronic acid for knee osteoarthritis",
            "We retrospectively compared 28 patients who had undergone injection of autologous adipose-derived mesenchymal "
            "stem cells and hyaluronic acid with 30 matched patients who had hyaluronic acid only. "
            "Scores rose more in the cell group.",
        ),
        expected={"msc": "cells", "report": "cohort", "n": 58, "randomised": False},
    ),
    Case(
        name="two cases beside a review",
        document=publication(
            "Stromal cells for steroid-refractory GvHD: a review of the literature and two paediatric cases",
            "Severe acute graft-versus-host disease threatens life. We report two children with grade IV disease who were "
            "treated with mesenchymal stromal cells, and discuss what has been published.",
        ),
        expected={"msc": "cells", "report": "case_report", "n": 2},
    ),
    Case(
        name="a review that mentions patients",
        document=publication(
            "Mesenchymal stem cells and cancer patients: immunological considerations",
            "Mesenchymal stem cells home to tumours. Their effects on immunity raise concern in patients with cancer. "
            "Results of trials in patients with other diseases should be read with care.",
        ),
        expected={"msc": "none", "report": "review"},
    ),
    Case(
        name="a protocol in the future tense",
        document=publication(
            "Is treatment of kidney recipients with donor marrow cells safe?",
            "Mesenchymal stromal cells (MSC) damp immunity. In this open-label study ten recipients of a kidney will be "
            "included. Allogeneic bone marrow MSC will be given by vein at weeks 25 and 26. Graft loss is the primary "
            "end point.",
        ),
        expected={"msc": "cells", "report": "trial_protocol", "n": 10, "efficacy": None},
    ),
    Case(
        name="follow-up that cites its own first report",
        document=publication(
            "Long-term outcome of mesenchymal stem cell infusion in kidney recipients",
            "We previously reported that infusion of autologous MSC was safe in two recipients of a kidney. "
            "Here we report their outcome at 5 and 7 years.",
        ),
        expected={"msc": "cells", "report": "follow_up", "n": 2, "donor": ["autologous"]},
    ),
    Case(
        name="marrow and cord, cadaver donors",
        document=publication(
            "Stromal cells in burns: a first patient",
            "A young man was burnt over half of his body. Mesenchymal stem cells from bone marrow and/or umbilical cord of "
            "cadaver donors were cultured and sprayed on the wounds.",
        ),
        expected={
            "msc": "cells",
            "report": "case_report",
            "tissue": ["bone_marrow", "umbilical_cord"],
            "donor": ["allogeneic"],
            "n": 1,
        },
    ),
    Case(
        name="dose groups and better control are no control arm",
        document=publication(
            "Autologous versus allogeneic marrow mesenchymal stem cells in type 1 diabetes",
            "This prospective trial had 2 arms with 10 patients each, who were infused with autologous or allogeneic bone "
            "marrow mesenchymal stem cells. Autologous cells gave better control of blood sugar.",
        ),
        expected={"report": "trial_result", "n": 20, "controlled": False, "donor": ["allogeneic", "autologous"]},
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hard_cases(case: Case) -> None:
    reading = seen(read(case.document))
    assert {name: reading[name] for name in case.expected} == case.expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_stated_value_quotes_the_text(case: Case) -> None:
    facts = publication_facts(case.document, Maker(name="test", version="1"))
    assert facts == publication_facts(case.document, Maker(name="test", version="1"))
    for fact in facts:
        assert 0 < fact.confidence < 1
        for evidence in fact.evidence:
            assert case.document.quote(evidence.span) == evidence.quote
