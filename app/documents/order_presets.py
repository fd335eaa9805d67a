"""The order files we know: which of their columns mean what."""

from __future__ import annotations

from collections.abc import Mapping

from app.documents.order_columns import Preset

_PLACE = ("address", "one_line", "lat+lon")

WAYBOARD = Preset(
    key="wayboard",
    name="Wayboard, and tables of any program with plain column names",
    needed=(("reference",), _PLACE),
    columns={
        "reference": (
            "reference", "ref", "order reference", "order id", "order number", "order no",
            "order no.", "order", "order #", "id", "auftragsnummer", "auftrag", "auftrags nr",
            "auftragsnr", "auftragsnr.", "bestellnummer", "bestellnr", "bestellnr.", "referenz",
            "numéro de commande", "commande", "référence", "referencia", "pedido",
            "número de pedido", "referência", "encomenda", "numero ordine", "ordine",
            "ordernummer", "zamówienie",
        ),
        "recipient": (
            "recipient", "recipient name", "name", "customer", "customer name", "contact",
            "contact name", "deliver to", "ship to", "consignee", "full name", "empfänger",
            "empfaenger", "kunde", "kundenname", "ansprechpartner", "destinataire", "nom",
            "client", "destinatario", "cliente", "nombre", "destinatário", "nome", "ontvanger",
            "naam", "odbiorca",
        ),
        "first_name": ("first name", "vorname", "prénom", "firstname"),
        "last_name": ("last name", "nachname", "surname", "lastname"),
        "company": (
            "company", "company name", "firma", "unternehmen", "société", "entreprise",
            "empresa", "azienda", "bedrijf",
        ),
        "address": (
            "address", "street", "street address", "address 1", "address1", "address line 1",
            "straße", "strasse", "straße und hausnummer", "straße/nr", "straße/nr.", "str.",
            "strasse/nr", "adresse", "anschrift", "lieferadresse", "rue", "calle", "dirección",
            "direccion", "rua", "morada", "endereço", "via", "indirizzo", "straat", "adres",
            "ulica",
        ),
        "house_number": (
            "house number", "house no", "house no.", "hausnummer", "hausnr", "hausnr.", "haus nr",
            "haus nr.", "huisnummer",
        ),
        "detail": (
            "address 2", "address2", "address line 2", "detail", "unit", "apartment", "floor",
            "adresszusatz", "zusatz", "etage", "complément", "piso", "complemento",
        ),
        "postcode": (
            "postcode", "postal code", "postalcode", "zip", "zip code", "zipcode", "plz",
            "postleitzahl", "code postal", "cp", "código postal", "codigo postal", "cap", "cep",
        ),
        "city": (
            "city", "town", "place", "ort", "stadt", "ortsname", "ville", "ciudad", "población",
            "cidade", "localidade", "città", "plaats", "miasto",
        ),
        "country": ("country", "country code", "land", "pays", "país", "pais", "paese", "kraj"),
        "one_line": ("full address", "complete address", "address line", "formatted address"),
        "lat": ("lat", "latitude", "breite", "breitengrad", "latitud"),
        "lon": ("lon", "lng", "long", "longitude", "länge", "längengrad", "longitud"),
        "date": (
            "date", "day", "delivery date", "service date", "scheduled date", "datum",
            "lieferdatum", "liefertag", "tag", "fecha", "fecha de entrega", "data",
            "data de entrega", "jour", "date de livraison",
        ),
        "window_start": (
            "window start", "time window start", "time window from", "earliest", "earliest time",
            "from", "time from", "start time", "not before", "von", "ab", "frühestens",
            "zeitfenster von", "début", "desde", "das",
        ),
        "window_end": (
            "window end", "time window end", "time window to", "latest", "latest time", "to",
            "until", "time to", "end time", "not after", "bis", "spätestens", "zeitfenster bis",
            "fin", "hasta", "às", "até",
        ),
        "window": (
            "window", "time window", "delivery window", "time slot", "timeslot", "slot",
            "zeitfenster", "lieferfenster",
        ),
        "service_min": (
            "service min", "service minutes", "service time", "service time min", "duration",
            "time at stop", "stop time", "standzeit", "servicezeit", "aufenthalt",
        ),
        "weight_kg": (
            "weight kg", "weight", "weight (kg)", "kg", "gewicht", "gewicht kg", "gewicht (kg)",
            "poids", "poids (kg)", "peso", "peso (kg)",
        ),
        "weight_g": ("weight g", "weight (g)", "grams", "gewicht (g)", "gewicht g"),
        "volume_m3": (
            "volume m3", "volume", "volume (m3)", "volume (m³)", "volume m³", "m3", "m³", "cbm",
            "volumen", "volumen (m³)", "volumen m3",
        ),
        "volume_l": ("volume l", "volume (l)", "litres", "liters", "liter"),
        "parcels": (
            "parcels", "packages", "parcel count", "package count", "pieces", "quantity", "qty",
            "pakete", "anzahl pakete", "packstücke", "colli", "kolli", "colis", "bultos",
            "volumes", "number of parcels",
        ),
        "barcodes": (
            "barcodes", "barcode", "parcel barcodes", "tracking number", "tracking numbers",
            "tracking no", "tracking no.", "sscc", "sendungsnummer", "strichcode",
        ),
        "kind": (
            "kind", "type", "order type", "job type", "stop type", "activity", "art",
            "auftragsart", "typ",
        ),
        "method": ("method", "delivery method", "handover", "zustellart", "lieferart"),
        "cod_amount": (
            "cod amount", "cod", "cash on delivery", "amount to collect", "nachnahme",
            "nachnahmebetrag",
        ),
        "currency": ("currency", "cod currency", "währung", "devise", "moneda", "moeda"),
        "payment": ("payment", "payment status", "paid", "zahlung", "zahlungsstatus", "bezahlt"),
        "priority": ("priority", "prio", "priorität", "priorité", "prioridad", "prioridade"),
        "requirements": (
            "requirements", "skills", "required skills", "features", "tags", "anforderungen",
            "merkmale",
        ),
        "phone": (
            "phone", "phone number", "telephone", "tel", "tel.", "mobile", "telefon",
            "telefonnummer", "handy", "téléphone", "teléfono", "telefono", "telefone",
        ),
        "email": ("email", "e mail", "mail", "email address", "correo"),
        "notes": (
            "notes", "note", "instructions", "delivery instructions", "comment", "comments",
            "remarks", "notiz", "notizen", "bemerkung", "bemerkungen", "hinweis", "hinweise",
            "kommentar", "remarques", "notas", "observaciones", "observações",
        ),
        "window2_start": (
            "window2 start", "window 2 start", "second window start", "second window from",
            "zeitfenster 2 von", "zweites zeitfenster von",
        ),
        "window2_end": (
            "window2 end", "window 2 end", "second window end", "second window to",
            "zeitfenster 2 bis", "zweites zeitfenster bis",
        ),
        "ready_at": (
            "ready at", "goods ready at", "goods ready", "release time", "ware bereit ab",
            "ware bereit", "bereit ab",
        ),
        "setup_min": (
            "setup min", "setup time", "setup minutes", "rüstzeit", "rüstzeit min",
        ),
        "drivers": (
            "drivers", "only drivers", "allowed drivers", "nur fahrer", "erlaubte fahrer",
        ),
        "not_drivers": (
            "not drivers", "excluded drivers", "barred drivers", "nicht fahrer",
            "gesperrte fahrer", "ausgeschlossene fahrer",
        ),
        "preferred_drivers": (
            "preferred drivers", "preferred driver", "bevorzugte fahrer", "bevorzugter fahrer",
            "stammfahrer",
        ),
        "goods_class": (
            "goods class", "goods classes", "class of goods", "warenklasse", "warenklassen",
            "warenart",
        ),
        "not_with": (
            "not with", "goods apart", "not together with", "nicht mit", "nicht zusammen mit",
        ),
        "drop_price": (
            "drop price", "drop penalty", "price of leaving out", "auslasspreis",
            "preis bei auslassung",
        ),
        "collected_by": (
            "collected by", "pickup reference", "abholauftrag", "abgeholt durch",
        ),
    },
)  # fmt: skip

SHOPIFY = Preset(
    key="shopify",
    name="Shopify order export",
    marks=("name", "lineitem name", "shipping zip"),
    needed=(("reference",), ("address",)),
    columns={
        "reference": ("name",),
        "item": ("lineitem name",),
        "recipient": ("shipping name",),
        "company": ("shipping company",),
        "address": ("shipping address1", "shipping street"),
        "detail": ("shipping address2",),
        "postcode": ("shipping zip",),
        "city": ("shipping city",),
        "country": ("shipping country",),
        "phone": ("shipping phone",),
        "other_phone": ("phone",),
        "email": ("email",),
        "notes": ("notes",),
        "currency": ("currency",),
        "financial_status": ("financial status",),
        "fulfillment_status": ("fulfillment status",),
        "requires_shipping": ("lineitem requires shipping",),
        "cancelled_at": ("cancelled at",),
        "payment_method": ("payment method",),
        "total": ("total",),
        "outstanding": ("outstanding balance",),
    },
)

WOOCOMMERCE = Preset(
    key="woocommerce",
    name="WooCommerce order export",
    marks=("shipping address 1", "billing address 1"),
    needed=(("reference",), ("address", "billing_address")),
    columns={
        "reference": ("order number", "order number formatted", "order id"),
        "item": ("item name", "item sku", "line item name", "product name"),
        "status": ("status", "order status"),
        "first_name": ("shipping first name",),
        "last_name": ("shipping last name",),
        "company": ("shipping company",),
        "address": ("shipping address 1",),
        "detail": ("shipping address 2",),
        "postcode": ("shipping postcode",),
        "city": ("shipping city",),
        "country": ("shipping country",),
        "billing_first_name": ("billing first name",),
        "billing_last_name": ("billing last name",),
        "billing_company": ("billing company",),
        "billing_address": ("billing address 1",),
        "billing_detail": ("billing address 2",),
        "billing_postcode": ("billing postcode",),
        "billing_city": ("billing city",),
        "billing_country": ("billing country",),
        "phone": ("shipping phone", "billing phone"),
        "email": ("billing email", "customer email"),
        "notes": ("customer note", "customer message"),
        "currency": ("order currency",),
        "payment_method": ("payment method",),
        "payment_title": ("payment method title",),
        "total": ("order total",),
    },
)

MAGENTO = Preset(
    key="magento",
    name="Magento and Adobe Commerce order grid",
    marks=("ship to name", "shipping address"),
    needed=(("reference",), ("magento_address",)),
    columns={
        "reference": ("id",),
        "recipient": ("ship to name",),
        "magento_address": ("shipping address",),
        "status": ("status",),
        "payment_method": ("payment method",),
        "total": ("grand total (purchased)", "grand total (base)"),
        "email": ("customer email",),
    },
)

OPTIMOROUTE = Preset(
    key="optimoroute",
    name="OptimoRoute orders",
    marks=("order id", "duration|duration min|duration (min)|order type"),
    needed=(("reference",), _PLACE),
    date_order="dmy",
    columns={
        "reference": ("order id",),
        "kind": ("order type", "type"),
        "date": ("date",),
        "optimo_priority": ("priority",),
        "recipient": ("location name",),
        "one_line": ("address",),
        "address": ("address line",),
        "city": ("town", "city"),
        "postcode": ("zip", "postcode"),
        "country": ("country",),
        "lat": ("latitude",),
        "lon": ("longitude",),
        "window_start": ("time window from", "tw from", "time window 1 from"),
        "window_end": ("time window to", "tw to", "time window 1 to"),
        "service_min": ("duration", "duration min", "duration (min)"),
        "weight_kg": ("weight", "load #1 (kg)"),
        "requirements": ("skills",),
        "more_requirements": ("vehicle features",),
        "phone": ("phone",),
        "email": ("email",),
        "notes": ("notes",),
    },
)

CIRCUIT = Preset(
    key="circuit",
    name="Circuit stops",
    marks=("address line 1", "time at stop|time at stop (min)|earliest time|zip"),
    needed=(("address",),),
    columns={
        "reference": ("order id", "seller order id", "id", "external id"),
        "address": ("address line 1",),
        "detail": ("address line 2",),
        "city": ("city",),
        "postcode": ("zip", "zip code", "postcode", "postal code"),
        "country": ("country",),
        "lat": ("latitude",),
        "lon": ("longitude",),
        "window_start": ("earliest time", "earliest arrival time"),
        "window_end": ("latest time", "latest arrival time"),
        "service_min": (
            "time at stop",
            "time at stop (min)",
            "time at stop min",
            "estimated time at stop",
        ),
        "recipient": ("recipient", "recipient name", "name"),
        "phone": ("recipient phone", "recipient phone number", "phone"),
        "email": ("recipient email", "recipient email address", "email"),
        "notes": ("notes", "driver notes"),
        "parcels": ("package count", "packages"),
        "kind": ("activity", "activity type"),
    },
)

DETRACK = Preset(
    key="detrack",
    name="Detrack jobs",
    marks=("d.o. no.|do number", "address"),
    needed=(("reference",), ("one_line",)),
    columns={
        "reference": ("d.o. no.", "do number"),
        "item": ("sku", "item description"),
        "date": ("date",),
        "one_line": ("address",),
        "recipient": ("deliver to", "deliver to collect from"),
        "window": ("delivery time", "time window"),
        "barcodes": ("tracking no.", "tracking number"),
        "phone": ("phone no.", "phone number"),
        "email": ("notify email",),
        "notes": ("instructions",),
        "kind": ("job type", "type"),
        "lat": ("address lat",),
        "lon": ("address lng",),
    },
)

CARTRACK = Preset(
    key="cartrack",
    name="Cartrack jobs",
    marks=("job reference number", "address line 1"),
    needed=(("reference",), ("address", "lat+lon")),
    columns={
        "reference": ("job reference number",),
        "stop_type": ("stop type",),
        "stop_number": ("stop no", "stop no."),
        "date": ("date", "delivery date", "scheduled date"),
        "cartrack_priority": ("priority",),
        "lat": ("lat", "latitude"),
        "lon": ("lng", "longitude"),
        "country": ("country code",),
        "address": ("address line 1",),
        "detail": ("address line 2",),
        "city": ("city",),
        "postcode": ("postal code", "zip"),
        "recipient": ("customer name", "contact name", "name"),
        "phone": ("phone", "phone number", "contact number"),
        "email": ("email",),
        "notes": ("notes", "instructions"),
    },
)

COOPCYCLE = Preset(
    key="coopcycle",
    name="CoopCycle deliveries",
    marks=("dropoff.address",),
    needed=(("one_line",),),
    requirement_breaks=" ,;|\n",
    columns={
        "reference": ("reference", "ref", "dropoff.ref"),
        "one_line": ("dropoff.address",),
        "recipient": ("dropoff.address.name",),
        "detail": ("dropoff.address.description",),
        "phone": ("dropoff.address.telephone",),
        "notes": ("dropoff.comments",),
        "window": ("dropoff.timeslot",),
        "requirements": ("dropoff.tags",),
        "coop_packages": ("dropoff.packages",),
        "weight_kg": ("weight", "dropoff.weight"),
        "pickup_address": ("pickup.address",),
    },
)

COOPCYCLE_TASKS = Preset(
    key="coopcycle-tasks",
    name="CoopCycle tasks",
    marks=("type", "address", "after", "before"),
    needed=(("one_line",),),
    requirement_breaks=" ,;|\n",
    columns={
        "reference": ("ref", "reference"),
        "kind": ("type",),
        "one_line": ("address",),
        "recipient": ("address.name",),
        "phone": ("address.telephone",),
        "detail": ("address.description",),
        "floor": ("address.floor",),
        "window_start": ("after",),
        "window_end": ("before",),
        "window": ("timeslot",),
        "notes": ("comments",),
        "requirements": ("tags",),
        "weight_kg": ("weight",),
        "coop_packages": ("packages",),
    },
)

FLEETBASE = Preset(
    key="fleetbase",
    name="Fleetbase orchestrator orders",
    marks=("dropoff street1",),
    needed=(("address",),),
    columns={
        "reference": ("order ref", "internal id"),
        "status": ("status",),
        "date": ("scheduled at",),
        "notes": ("notes",),
        "fleetbase_priority": ("priority",),
        "window_start": ("time window start",),
        "window_end": ("time window end",),
        "service_min": ("service time min",),
        "requirements": ("required skills",),
        "recipient": ("dropoff name", "customer name"),
        "address": ("dropoff street1",),
        "detail": ("dropoff street2",),
        "city": ("dropoff city",),
        "postcode": ("dropoff postal code",),
        "country": ("dropoff country",),
        "phone": ("dropoff phone", "customer phone"),
        "email": ("customer email",),
        "lat": ("dropoff lat",),
        "lon": ("dropoff lng",),
        "pickup_address": ("pickup street1",),
        "weight_kg": ("weight kg",),
        "volume_m3": ("volume m3",),
        "parcels": ("parcels",),
        "cod_amount": ("cod amount",),
        "currency": ("cod currency",),
    },
)

CARTOWAY = Preset(
    key="cartoway",
    name="Cartoway plannings and visits",
    marks=("street", "postalcode"),
    needed=(("reference",), ("address", "lat+lon")),
    columns={
        "reference": ("ref visit", "ref"),
        "stop_type": ("stop type",),
        "active": ("active",),
        "date": ("planning date",),
        "recipient": ("name",),
        "address": ("street",),
        "detail": ("detail",),
        "postcode": ("postalcode",),
        "city": ("city",),
        "country": ("country",),
        "lat": ("lat",),
        "lon": ("lng",),
        "phone": ("phone number",),
        "notes": ("comment",),
        "requirements": ("tag visits",),
        "more_requirements": ("tags",),
        "window_start": ("time window start 1",),
        "window_end": ("time window end 1",),
        "window2_start": ("time window start 2",),
        "window2_end": ("time window end 2",),
        "cartoway_duration": ("duration", "destination duration"),
        "cartoway_priority": ("priority",),
        "weight_kg": ("quantity[kg]", "delivery[kg]"),
        "pickup_kg": ("pickup[kg]",),
        "volume_m3": ("quantity[m3]", "delivery[m3]", "quantity[m³]", "delivery[m³]"),
        "volume_l": ("quantity[l]", "delivery[l]"),
    },
)

PRESETS: Mapping[str, Preset] = {
    preset.key: preset
    for preset in (
        WAYBOARD, SHOPIFY, WOOCOMMERCE, MAGENTO, OPTIMOROUTE, CIRCUIT, DETRACK, CARTRACK,
        COOPCYCLE, COOPCYCLE_TASKS, FLEETBASE, CARTOWAY,
    )
}  # fmt: skip
