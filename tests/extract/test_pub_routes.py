"""Ways of saying where cells go: one route each, or none where only another drug's is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.extract.publications import publication

from mscminer.core.facts import Maker
from mscminer.extract.publications.resolve import read, route_facts

_MAKER = Maker(name="test", version="1")
_MORE = Path(__file__).parent / "wordings" / "paper_routes.txt"
_WORDINGS = """
# intravenous
MSCs went into a vein of the arm.
MSCs were dripped into an arm vein.
MSCs were transfused through the cubital vein in 12 patients.
MSCs were given through a central line in 12 patients.
Cells were infused over 30 minutes via a peripheral venous line.
MSCs were infused through an antecubital vein.
The cells were infused via a Hickman line.
MSCs were transfused through the jugular catheter.
The MSCs were administered by intravenous drip.
Two i.v. infusions of 1 million MSCs per kg were given a week apart.
MSCs were given as an i.v. bolus.
MSCs were infused into the systemic circulation through a central catheter.
A dose of 1 million/kg was used, delivered through a peripheral vein.
MSCs were infused intravenously beside subcutaneous teriparatide.
# intra_arterial
MSCs were given via the arterial route in 12 patients.
The artery that feeds the liver was catheterised for the infusion of MSCs.
MSCs were infused in the artery of the kidney.
Cells were delivered through the femoral artery into the limb.
A microcatheter was advanced into the internal carotid artery and MSCs were infused.
MSCs were infused into the proper hepatic artery by the Seldinger technique.
Cells were infused into the splenic artery.
Patients had one intra-aortic administration of MSCs.
# intracoronary
Twenty patients had umbilical cord MSCs transplanted through the coronary arteries.
Ten patients were given autologous MSCs by way of the coronary arteries.
Ten patients were given autologous MSCs into the coronary circulation.
The MSCs were delivered by a coronary catheter in ten patients.
Autologous MSCs were transplanted into the heart through the coronary sinus in 12 patients.
Cells were infused through the left anterior descending artery. Autologous MSCs were used.
MSCs were infused into the culprit vessel through an over-the-wire balloon.
MSCs were infused into the left anterior descending artery.
Cells were infused down the infarct-related coronary vessel.
# intramyocardial
MSCs were injected in the heart muscle.
MSCs were injected into viable myocardium.
MSCs were injected directly into the heart in 12 patients.
MSCs were injected at 15 sites by the NOGA catheter.
Cells were injected into the left ventricular wall during bypass surgery.
During coronary bypass MSCs were injected into the peri-infarct myocardium.
MSCs were delivered transendocardially.
MSCs were placed in the border zone of the infarct.
MSCs were injected at the border of the scar during bypass surgery.
# intra_articular
MSCs were injected in the joint of 12 patients.
MSCs were given by injection into the joint space.
Twelve hips were injected with MSCs.
MSCs were injected into the knee joint space under ultrasound.
Each patient received one knee injection of 50 million MSCs.
Both knees were injected with MSCs.
The temporomandibular joints were injected with MSCs.
MSCs were injected into the glenohumeral joint.
The worse knee of each patient was injected with MSCs.
# intrathecal
MSCs were given by the lumbar route in 12 patients.
MSCs were given through a lumbar tap in 12 patients.
MSCs were given into the spinal canal of 12 patients.
MSCs were injected in the cerebrospinal fluid of 12 patients.
MSCs were given at lumbar puncture.
MSCs were given into the lateral ventricle of 12 patients.
MSCs were given by lumbar puncture.
MSCs were injected into the cerebrospinal fluid.
The cells were injected into the subarachnoid space at L3-L4.
MSCs were administered through an Ommaya reservoir.
MSCs were infused by the intracerebroventricular route.
# intralesional
Menstrual blood MSCs were returned to the uterus of 12 women.
MSCs were instilled into the uterine cavity.
MSCs were put back into the uterine cavity of 12 women.
Autologous MSCs were injected in the lacrimal gland.
Autologous MSCs were injected in the penis.
Autologous MSCs were injected next to the sphincter.
Autologous MSCs were delivered to both parotid glands.
MSCs were injected into the L4-L5 disc under fluoroscopy.
MSCs were injected into the degenerated discs.
MSCs were injected into the tract walls and around the internal opening.
The cells were injected into the common extensor tendon.
MSCs were injected into the rotator cuff tear under ultrasound guidance.
MSCs were injected submucosally round the anal sphincter.
MSCs were injected into the corpora cavernosa.
MSCs were injected into both testes.
MSCs were injected into the margins of the fistula.
MSCs were instilled into the haematoma cavity.
MSCs were injected along Guyon's canal.
MSCs were injected along the ulnar nerve, into the nerve.
MSCs were injected with ultrasound, 20 million cells per parotid gland.
MSCs were injected into the gluteus minimus tendon.
The cells were injected percutaneously into the nonunion.
MSCs were injected into the edges of the ulcer.
MSCs were injected at multiple points round the ulcer.
Cells were injected into the submandibular glands.
MSCs were injected into the vocal fold.
MSCs were injected directly into the spinal cord after laminectomy.
MSCs were injected into both ovaries.
MSCs were injected alongside the graft.
The cells were injected twice into the cord above the lesion.
MSCs were injected into the burn wound.
MSCs were injected locally.
MSCs were injected into the fractured vertebral body.
# intramuscular
MSCs were injected at 30 points of the calf.
MSCs were injected into the muscles of the leg.
The leg muscles were injected with MSCs.
MSCs were injected into the gastrocnemius muscle.
MSCs were injected at 40 sites of the ischemic calf.
Cells were injected into the muscles of the lower leg.
MSCs were injected into the deltoid.
# subcutaneous
MSCs were injected into the subcutis of the forearm.
MSCs were injected by subcutaneous injection into the fingers.
# intradermal
MSCs were injected intradermally into the scalp.
# intraocular
MSCs were placed behind the eye in 12 patients.
MSCs were placed in the sub-Tenon space in 12 patients.
MSCs were injected in the vitreous of one eye.
MSCs were placed into the suprachoroidal space.
MSCs were injected under the Tenon capsule.
MSCs were injected into the vitreous cavity.
# implanted
Eighteen patients with stable stroke had MSCs transplanted surgically.
Patients with chronic stroke underwent surgical transplantation of allogeneic MSCs around the infarct.
MSCs were grafted surgically in nine patients.
MSCs were placed surgically in nine patients.
MSCs were put in place by surgery in nine patients.
Allogeneic MSCs were implanted neurosurgically.
Ten patients received a bone substitute with 10 million MSCs and ten the substitute by itself.
Autologous MSCs were combined with bovine bone mineral in ten patients.
Twelve patients received autologous MSCs embedded in demineralised bone matrix.
Twelve patients received autologous MSCs seeded onto an allograft.
MSCs were seeded on a collagen scaffold and sutured into the defect.
MSCs in fibrin glue were laid into the cartilage defect through a mini-arthrotomy.
A graft of MSCs and beta-TCP was packed into the sinus.
MSCs loaded onto hydroxyapatite granules filled the cavity.
The cell-seeded scaffold was fitted into the osteochondral defect.
MSCs were injected through the drill channel after core decompression.
MSCs underwent stereotactic implantation round the infarct.
MSCs were mixed with the ceramic in theatre.
MSCs on granules were placed subperiosteally.
MSCs were injected during tendon repair.
The cell suspension was placed on the defect arthroscopically.
Cells were placed under a sewn patch.
MSCs were instilled into the drilled lesion.
Fusion was done with bone mineral carrying 5 million MSCs.
Adults were treated with MPCs in hydroxyapatite or with autograft.
MSC allograft had been placed in the cages of all treated adults.
# topical
MSCs in gel were laid over the ulcer of 12 patients.
Burns were covered with sheets of MSCs.
Twelve patients had sheets of allogeneic MSCs put on their ulcers weekly.
MSCs were spread over the wound bed in fibrin spray.
MSCs were applied topically to the ulcer.
An MSC gel was applied to the burn.
MSC gel was rubbed into one half of the face.
The cells were delivered to the ocular surface on amnion.
# inhaled
MSCs were dripped into the windpipe through the breathing tube.
MSCs were instilled down the endotracheal tube.
MSCs were given as a nebulised mist.
MSCs were instilled into the trachea through the endotracheal tube.
MSCs were delivered by bronchoscope to the right lower lobe.
# other:intranasal
MSCs were dropped into the nose.
# intraportal
MSCs were transplanted by the portal route in 12 patients.
MSCs were infused into the portal vein under ultrasound.
MSCs were infused intraportally.
# other:intraosseous
MSCs were injected into the bone marrow cavity of the iliac crest.
# none
MSCs were infused, and interleukin-6 in the cerebrospinal fluid fell.
MSCs were infused, and blood flow to the uterus rose.
MSCs were infused after surgically placed catheters had been taken out.
MSCs were infused.
MSCs were transplanted.
MSCs were administered twice.
MSCs were infused; a stroke in the middle cerebral artery had been confirmed.
MSCs were infused and intravenous methylprednisolone was continued.
MSCs were infused after intra-articular steroids had failed.
MSCs were infused and an endomyocardial biopsy was taken.
MSCs were transplanted; heparin was injected subcutaneously.
MSCs were infused; intravenous contrast was given before MRI.
MSCs were infused at the time of kidney transplantation.
MSCs were infused on the day of surgery.
Bone marrow was aspirated under intravenous sedation, and MSCs were infused.
MSCs were infused after an infarct in the territory of the middle cerebral artery.
"""


def _cases() -> list[tuple[str, str]]:
    """Each sentence with the route of the heading above it; "none" is no route."""
    cases, route = [], ""
    for line in (_WORDINGS + _MORE.read_text(encoding="utf-8")).split("\n"):
        if not line:
            continue
        if line.startswith("# "):
            route = line.removeprefix("# ").replace("none", "")
        else:
            cases.append((line, route))
    return cases


@pytest.mark.parametrize(("sentence", "route"), _cases())
def test_the_route_of_a_sentence(sentence: str, route: str) -> None:
    text = publication("Mesenchymal stem cells in people", ("METHODS", f"Ten adults were treated. {sentence}"))
    assert sorted(str(fact.value) for fact in route_facts(read(text), _MAKER)) == ([route] if route else [])
