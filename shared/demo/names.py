"""Words from which the demo company is made; every name is invented."""

REGIONS = {
    "east": ("华东", "East China", ("上海", "南京", "杭州", "合肥", "苏州", "宁波")),
    "south": ("华南", "South China", ("广州", "深圳", "南宁", "海口", "东莞")),
    "north": ("华北", "North China", ("北京", "天津", "石家庄", "太原", "呼和浩特")),
    "central": ("华中", "Central China", ("武汉", "长沙", "郑州", "南昌")),
    "southwest": ("西南", "Southwest China", ("成都", "重庆", "昆明", "贵阳")),
    "northwest": ("西北", "Northwest China", ("西安", "兰州", "银川", "西宁", "乌鲁木齐")),
    "northeast": ("东北", "Northeast China", ("沈阳", "大连", "长春", "哈尔滨")),
}
CITY_EN = {
    "上海": "Shanghai", "南京": "Nanjing", "杭州": "Hangzhou", "合肥": "Hefei", "苏州": "Suzhou", "宁波": "Ningbo",
    "广州": "Guangzhou", "深圳": "Shenzhen", "南宁": "Nanning", "海口": "Haikou", "东莞": "Dongguan",
    "北京": "Beijing", "天津": "Tianjin", "石家庄": "Shijiazhuang", "太原": "Taiyuan", "呼和浩特": "Hohhot",
    "武汉": "Wuhan", "长沙": "Changsha", "郑州": "Zhengzhou", "南昌": "Nanchang",
    "成都": "Chengdu", "重庆": "Chongqing", "昆明": "Kunming", "贵阳": "Guiyang",
    "西安": "Xi'an", "兰州": "Lanzhou", "银川": "Yinchuan", "西宁": "Xining", "乌鲁木齐": "Urumqi",
    "沈阳": "Shenyang", "大连": "Dalian", "长春": "Changchun", "哈尔滨": "Harbin",
}  # fmt: skip
PRODUCT_LINES = ("consumables", "equipment", "ivd")
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
GIVEN_FIRST = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂文辉玲健斌宇浩凯晨佳欣悦思雨子嘉俊博天一志建国海云春晓立振永德光家正向东新成"
GIVEN_SECOND = ("", "", "华", "英", "明", "杰", "涛", "琳", "峰", "雪", "宁", "博", "轩", "怡", "然", "瑞", "航", "喆", "堃", "妍", "岚", "航", "楠", "昕", "远")  # fmt: skip
HOSPITAL_KINDS = (
    ("public_hospital", "第一人民医院", "First People's Hospital"),
    ("public_hospital", "中心医院", "Central Hospital"),
    ("public_hospital", "中医医院", "Hospital of Traditional Chinese Medicine"),
    ("private_hospital", "仁和医院", "Renhe Hospital"),
    ("private_hospital", "康宁骨科医院", "Kangning Orthopaedic Hospital"),
    ("primary_care", "社区卫生服务中心", "Community Health Centre"),
    ("research_institute", "生物医学研究院", "Institute of Biomedical Research"),
)
DISTRIBUTOR_KINDS = (
    ("医疗器械有限公司", "Medical Devices Co., Ltd."),
    ("医药科技有限公司", "Pharma Technology Co., Ltd."),
)
DISTRIBUTOR_NAMES = (
    ("恒瑞通", "Hengruitong"), ("康达", "Kangda"), ("盛和", "Shenghe"), ("百川", "Baichuan"), ("金泽", "Jinze"),
    ("博雅", "Boya"), ("信诚", "Xincheng"), ("安泰", "Antai"), ("华康", "Huakang"), ("明德", "Mingde"),
)  # fmt: skip
